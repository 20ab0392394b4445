#include "tokenizer/normalizers/normalizer.h"

#include <vector>

namespace mha {
namespace {

struct Entry {
  std::string_view type;
  std::unique_ptr<Normalizer> (*read)(const Component&);
};

constexpr Entry entries[] = {
    {"BertNormalizer", read_bert_normalizer},
    {"ByteLevel", read_byte_level_normalizer},
    {"Lowercase", read_lowercase},
    {"NFC", read_nfc},
    {"NFD", read_nfd},
    {"NFKC", read_nfkc},
    {"NFKD", read_nfkd},
    {"Nmt", read_nmt},
    {"Precompiled", read_precompiled},
    {"Prepend", read_prepend},
    {"Replace", read_replace},
    {"Sequence", read_normalizer_sequence},
    {"Strip", read_strip},
    {"StripAccents", read_strip_accents},
};

class Sequence : public Normalizer {
 public:
  explicit Sequence(const Component& component) {
    for (const Component& part : component.components("normalizers")) {
      parts_.push_back(read_normalizer(part));
    }
  }

  void normalize(AlignedText& text) const override {
    for (const auto& part : parts_) part->normalize(text);
  }

 private:
  std::vector<std::unique_ptr<Normalizer>> parts_;
};

}  // namespace

std::unique_ptr<Normalizer> read_normalizer(const Component& component) {
  return entry_of(entries, component).read(component);
}

std::unique_ptr<Normalizer> read_normalizer_sequence(const Component& component) {
  return std::make_unique<Sequence>(component);
}

}  // namespace mha
