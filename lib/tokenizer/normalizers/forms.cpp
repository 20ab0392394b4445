#include "tokenizer/normalizers/forms.h"

#include <algorithm>
#include <optional>

#include "base/utf8.h"
#include "tokenizer/bert/bert_unicode.h"
#include "tokenizer/normalizers/normalizer.h"

namespace mha {
namespace {

using unicode::Form;

/// Runs of marks in canonical order, each with its change.
void order_marks(std::vector<Edit>& edits) {
  const auto comes_before = [](const Edit& a, const Edit& b) {
    return bert::combining_class(a.c) < bert::combining_class(b.c);
  };
  for (auto at = edits.begin(); at != edits.end();) {
    const auto is_starter = [](const Edit& edit) { return bert::combining_class(edit.c) == 0; };
    const auto first = std::find_if_not(at, edits.end(), is_starter);
    at = std::find_if(first, edits.end(), is_starter);
    std::stable_sort(first, at, comes_before);
  }
}

std::vector<Edit> decomposed(std::string_view text, Form form) {
  std::vector<Edit> edits;
  edits.reserve(text.size());
  unicode::Decomposition room;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t first = edits.size();
    for (char32_t part : unicode::decompose(utf8::next(text, at), form, room)) {
      edits.push_back({part, edits.size() == first ? 0 : 1});
    }
  }
  order_marks(edits);
  return edits;
}

/// Composes what is decomposed and in order: the algorithm of Unicode's section 3.11.
class Composer {
 public:
  explicit Composer(std::size_t size) { out_.reserve(size); }

  void put(const Edit& edit) {
    const unsigned klass = bert::combining_class(edit.c);
    if (!starter_) {
      if (klass == 0) {
        starter_ = edit;
      } else {
        out_.push_back(edit);
      }
      return;
    }
    const bool blocked = last_class_ && *last_class_ >= klass;
    if (const char32_t composed = blocked ? 0 : unicode::compose(starter_->c, edit.c)) {
      starter_ = Edit{composed, starter_->change + edit.change - 1};
    } else if (klass == 0) {
      flush();
      starter_ = edit;
    } else {
      marks_.push_back(edit);
      last_class_ = klass;
    }
  }

  std::vector<Edit> finish() {
    flush();
    return std::move(out_);
  }

 private:
  void flush() {
    if (starter_) out_.push_back(*starter_);
    out_.insert(out_.end(), marks_.begin(), marks_.end());
    starter_.reset();
    marks_.clear();
    last_class_.reset();
  }

  std::vector<Edit> out_, marks_;  // marks_: those that did not compose with the starter
  std::optional<Edit> starter_;
  std::optional<unsigned> last_class_;
};

enum class Shape { composed, decomposed };

template <Shape shape, Form form>
class UnicodeForm : public Normalizer {
 public:
  void normalize(AlignedText& text) const override {
    shape == Shape::composed ? compose(text, form) : decompose(text, form);
  }
};

class Lowercase : public Normalizer {
 public:
  void normalize(AlignedText& text) const override { lower(text); }
};

}  // namespace

void decompose(AlignedText& text, Form form) {
  if (text.is_steady() && is_ascii(text.text())) return;
  text.transform(decomposed(text.text(), form));
}

void compose(AlignedText& text, Form form) {
  if (text.is_steady() && is_ascii(text.text())) return;
  const std::vector<Edit> parts = decomposed(text.text(), form);
  Composer composer(parts.size());
  for (const Edit& part : parts) composer.put(part);
  text.transform(composer.finish());
}

void lower(AlignedText& text) {
  if (text.is_steady() && is_ascii(text.text())) return text.lower_ascii();
  // The only letter whose lower case is two code points.
  constexpr char32_t dotted_i = 0x130, dot_above = 0x307;
  std::vector<Edit> edits;
  for (std::size_t at = 0; at < text.text().size();) {
    const char32_t c = utf8::next(text.text(), at);
    edits.push_back({c == dotted_i ? U'i' : bert::lower(c), 0});
    if (c == dotted_i) edits.push_back({dot_above, 1});
  }
  text.transform(edits);
}

std::unique_ptr<Normalizer> read_nfc(const Component&) {
  return std::make_unique<UnicodeForm<Shape::composed, Form::canonical>>();
}
std::unique_ptr<Normalizer> read_nfd(const Component&) {
  return std::make_unique<UnicodeForm<Shape::decomposed, Form::canonical>>();
}
std::unique_ptr<Normalizer> read_nfkc(const Component&) {
  return std::make_unique<UnicodeForm<Shape::composed, Form::compatible>>();
}
std::unique_ptr<Normalizer> read_nfkd(const Component&) {
  return std::make_unique<UnicodeForm<Shape::decomposed, Form::compatible>>();
}
std::unique_ptr<Normalizer> read_lowercase(const Component&) { return std::make_unique<Lowercase>(); }

}  // namespace mha
