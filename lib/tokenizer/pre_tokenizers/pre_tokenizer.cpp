#include "tokenizer/pre_tokenizers/pre_tokenizer.h"

#include <vector>

namespace mha {
namespace {

struct Entry {
  std::string_view type;
  std::unique_ptr<PreTokenizer> (*read)(const Component&);
};

constexpr Entry entries[] = {
    {"BertPreTokenizer", read_bert_pre_tokenizer},
    {"ByteLevel", read_byte_level_pre_tokenizer},
    {"CharDelimiterSplit", read_char_delimiter_split},
    {"Digits", read_digits},
    {"FixedLength", read_fixed_length},
    {"Metaspace", read_metaspace},
    {"Punctuation", read_punctuation},
    {"Sequence", read_pre_tokenizer_sequence},
    {"Split", read_split},
    {"Whitespace", read_whitespace},
    {"WhitespaceSplit", read_whitespace_split},
};

class Sequence : public PreTokenizer {
 public:
  explicit Sequence(const Component& component) {
    for (const Component& part : component.components("pretokenizers")) {
      parts_.push_back(read_pre_tokenizer(part));
    }
  }

  void cut(SplitText& text) const override {
    for (const auto& part : parts_) part->cut(text);
  }

 private:
  std::vector<std::unique_ptr<PreTokenizer>> parts_;
};

}  // namespace

std::unique_ptr<PreTokenizer> read_pre_tokenizer(const Component& component) {
  return entry_of(entries, component).read(component);
}

std::unique_ptr<PreTokenizer> read_pre_tokenizer_sequence(const Component& component) {
  return std::make_unique<Sequence>(component);
}

}  // namespace mha
