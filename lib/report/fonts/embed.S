// The compressed fonts as read-only data of the binary: pages that no picture needs are never read.
  .section .rodata

  .macro font name
  .balign 64
  .globl mha_font_\name, mha_font_\name\()_end
  .hidden mha_font_\name, mha_font_\name\()_end
mha_font_\name:
  .incbin "\name\().gz"
mha_font_\name\()_end:
  .endm

  font dejavu
  font droid
  font unifont
  font unifont_upper

  .section .note.GNU-stack, "", %progbits
