// The page as read-only data of the binary.
  .section .rodata

  .balign 64
  .globl mha_page, mha_page_end
  .hidden mha_page, mha_page_end
mha_page:
  .incbin MHA_PAGE
mha_page_end:

  .section .note.GNU-stack, "", %progbits
