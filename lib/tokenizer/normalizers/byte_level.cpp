// ByteLevel of `tokenizers`, as a normalizer.
#include "base/utf8.h"
#include "tokenizer/byte_characters.h"
#include "tokenizer/normalizers/normalizer.h"

namespace mha {
namespace {

class ByteLevel : public Normalizer {
 public:
  void normalize(AlignedText& text) const override {
    std::vector<Edit> edits;
    edits.reserve(text.text().size());
    for (const char byte : text.text()) {
      const auto b = static_cast<unsigned char>(byte);
      edits.push_back({byte_character(b), (b & 0xC0) == 0x80 ? 1 : 0});
    }
    text.transform(edits);
  }
};

}  // namespace

std::unique_ptr<Normalizer> read_byte_level_normalizer(const Component&) {
  return std::make_unique<ByteLevel>();
}

}  // namespace mha
