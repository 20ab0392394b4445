// Nmt of `tokenizers`: the rules of sentencepiece for machine translation.
#include <algorithm>

#include "tokenizer/normalizers/normalizer.h"

namespace mha {
namespace {

bool is_kept(char32_t c) {
  const bool control = (c >= 0x01 && c <= 0x08) || c == 0x0B || (c >= 0x0E && c <= 0x1F) || c == 0x7F ||
                       c == 0x8F || c == 0x9F;
  return !control;
}

char32_t plain_space(char32_t c) {
  const bool space = c == 0x09 || c == 0x0A || c == 0x0C || c == 0x0D || c == 0x1680 ||
                     (c >= 0x200B && c <= 0x200F) || c == 0x2028 || c == 0x2029 || c == 0x2581 ||
                     c == 0xFEFF || c == 0xFFFD;
  return space ? ' ' : c;
}

class Nmt : public Normalizer {
 public:
  void normalize(AlignedText& text) const override {
    const auto is_common = [](char c) { return c >= ' ' && c != 0x7F; };
    if (text.is_steady() && std::all_of(text.text().begin(), text.text().end(), is_common)) return;
    text.filter(is_kept);
    text.map(plain_space);
  }
};

}  // namespace

std::unique_ptr<Normalizer> read_nmt(const Component&) { return std::make_unique<Nmt>(); }

}  // namespace mha
