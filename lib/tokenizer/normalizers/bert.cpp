// BertNormalizer of `tokenizers`.
#include <algorithm>

#include "base/utf8.h"
#include "tokenizer/bert/bert_unicode.h"
#include "tokenizer/normalizers/forms.h"
#include "tokenizer/normalizers/normalizer.h"

namespace mha {
namespace {

bool is_kept(char32_t c) { return !bert::is_removed(c); }
bool is_no_accent(char32_t c) { return !bert::is_accent(c); }
char32_t plain_space(char32_t c) { return bert::is_white_space(c) ? ' ' : c; }

/// Spaces around each ideograph. As in `tokenizers`, the one before takes its place, and it and the one
/// behind it count as inserted.
void separate_ideographs(AlignedText& text) {
  std::vector<Edit> edits;
  bool any = false;
  for (std::size_t at = 0; at < text.text().size();) {
    const char32_t c = utf8::next(text.text(), at);
    if (bert::is_ideograph(c)) {
      edits.insert(edits.end(), {{' ', 0}, {c, 1}, {' ', 1}});
      any = true;
    } else {
      edits.push_back({c, 0});
    }
  }
  if (any || !text.is_steady()) text.transform(edits);
}

class BertNormalizer : public Normalizer {
 public:
  explicit BertNormalizer(const Component& component)
      : clean_(component.flag("clean_text")),
        separate_(component.flag("handle_chinese_chars")),
        lower_(component.flag("lowercase")) {
    const auto strip = component.value().find("strip_accents");
    strip_ = strip && !strip->is_null() ? component.flag("strip_accents") : lower_;
  }

  void normalize(AlignedText& text) const override {
    const bool plain = text.is_steady() && is_ascii(text.text());
    if (clean_) clean(text, plain);
    if (separate_ && !plain) separate_ideographs(text);
    if (strip_ && !plain) {
      decompose(text, unicode::Form::canonical);
      text.filter(is_no_accent);
    }
    if (lower_) lower(text);
  }

 private:
  static void clean(AlignedText& text, bool plain) {
    const auto is_common = [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != 0x7F; };
    if (plain && std::all_of(text.text().begin(), text.text().end(), is_common)) return;
    text.filter(is_kept);
    text.map(plain_space);
  }

  bool clean_, separate_, lower_, strip_ = false;
};

}  // namespace

std::unique_ptr<Normalizer> read_bert_normalizer(const Component& component) {
  return std::make_unique<BertNormalizer>(component);
}

}  // namespace mha
