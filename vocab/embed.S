// The built-in vocabularies as read-only data of the binary: starting costs nothing, pages are read as they are used.
  .section .rodata

  .balign 64
  .globl mha_bert_base_uncased, mha_bert_base_uncased_end
  .hidden mha_bert_base_uncased, mha_bert_base_uncased_end
mha_bert_base_uncased:
  .incbin MHA_BERT_BASE_UNCASED
mha_bert_base_uncased_end:

  .balign 64
  .globl mha_english_model, mha_english_model_end
  .hidden mha_english_model, mha_english_model_end
mha_english_model:
  .incbin MHA_ENGLISH_MODEL
mha_english_model_end:

  .section .note.GNU-stack, "", %progbits
