// Strip and StripAccents of `tokenizers`.
#include "base/utf8.h"
#include "tokenizer/bert/bert_unicode.h"
#include "tokenizer/normalizers/normalizer.h"
#include "tokenizer/unicode/unicode.h"

namespace mha {
namespace {

bool is_no_mark(char32_t c) { return !unicode::is_mark(c); }

class StripAccents : public Normalizer {
 public:
  void normalize(AlignedText& text) const override {
    if (text.is_steady() && is_ascii(text.text())) return;
    text.filter(is_no_mark);
  }
};

class Strip : public Normalizer {
 public:
  explicit Strip(const Component& component)
      : left_(component.flag("strip_left")), right_(component.flag("strip_right")) {}

  void normalize(AlignedText& text) const override {
    std::vector<Edit> edits;
    std::size_t leading = 0, last = 0;  // last: edits up to the last that is no white space
    for (std::size_t at = 0; at < text.text().size();) {
      const char32_t c = utf8::next(text.text(), at);
      const bool white = bert::is_white_space(c);
      if (left_ && white && edits.empty()) {
        ++leading;
        continue;
      }
      edits.push_back({c, 0});
      if (!white || !right_) last = edits.size();
    }
    if (leading == 0 && last == edits.size()) return;
    edits.resize(last);
    text.transform(edits, leading);
  }

 private:
  bool left_, right_;
};

}  // namespace

std::unique_ptr<Normalizer> read_strip_accents(const Component&) { return std::make_unique<StripAccents>(); }
std::unique_ptr<Normalizer> read_strip(const Component& component) {
  return std::make_unique<Strip>(component);
}

}  // namespace mha
