// Replace and Prepend of `tokenizers`.
#include <algorithm>

#include "tokenizer/normalizers/normalizer.h"
#include "tokenizer/unicode/read_pattern.h"

namespace mha {
namespace {

class Replace : public Normalizer {
 public:
  explicit Replace(const Component& component)
      : pattern_(read_pattern(component)), content_(component.text("content")) {}

  void normalize(AlignedText& text) const override {
    Matches matches;
    pattern_->find(text.text(), matches);
    const auto found = [](const Match& match) { return match.found; };
    if (std::any_of(matches.begin(), matches.end(), found)) text.replace(matches, content_);
  }

 private:
  std::unique_ptr<Pattern> pattern_;
  std::string content_;
};

class Prepend : public Normalizer {
 public:
  explicit Prepend(const Component& component) : prefix_(component.text("prepend")) {}
  void normalize(AlignedText& text) const override { text.prepend(prefix_); }

 private:
  std::string prefix_;
};

}  // namespace

std::unique_ptr<Normalizer> read_replace(const Component& component) {
  return std::make_unique<Replace>(component);
}
std::unique_ptr<Normalizer> read_prepend(const Component& component) {
  return std::make_unique<Prepend>(component);
}

}  // namespace mha
