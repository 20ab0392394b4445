#include "tokenizer/embedded.h"

extern "C" {
extern const std::uint32_t mha_bert_base_uncased[], mha_bert_base_uncased_end[];
extern const char mha_english_model[], mha_english_model_end[];
}

namespace mha {

std::span<const std::uint32_t> bert_base_uncased_image() {
  return {mha_bert_base_uncased, mha_bert_base_uncased_end};
}

std::string_view english_model() { return {mha_english_model, mha_english_model_end}; }

}  // namespace mha
