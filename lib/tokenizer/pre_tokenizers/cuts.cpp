// Pre-tokenizers of `tokenizers` that only cut: BertPreTokenizer, Whitespace, WhitespaceSplit, Punctuation,
// Digits, CharDelimiterSplit, FixedLength, Split.
#include "base/error.h"
#include "base/utf8.h"
#include "tokenizer/bert/bert_unicode.h"
#include "tokenizer/pre_tokenizers/pre_tokenizer.h"
#include "tokenizer/unicode/read_pattern.h"
#include "tokenizer/unicode/unicode.h"

namespace mha {
namespace {

/// \w+|[^\w\s]+
class WordsAndOthers : public Pattern {
 public:
  void find(std::string_view text, Matches& matches) const override {
    matches.clear();
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t begin = at;
      const Kind kind = kind_of(utf8::next(text, at));
      for (std::size_t end = at; end < text.size() && kind_of(utf8::next(text, end)) == kind;) at = end;
      if (kind != Kind::space) add_match(matches, begin, at);
    }
    add_rest(matches, text.size());
  }

 private:
  enum class Kind { word, space, other };
  static Kind kind_of(char32_t c) {
    return unicode::is_word(c) ? Kind::word : bert::is_white_space(c) ? Kind::space : Kind::other;
  }
};

/// Runs of `length` code points.
class Runs : public Pattern {
 public:
  explicit Runs(std::uint32_t length) : length_(length) {}

  void find(std::string_view text, Matches& matches) const override {
    matches.clear();
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t begin = at;
      for (std::uint32_t i = 0; i < length_ && at < text.size(); ++i) utf8::next(text, at);
      add_match(matches, begin, at);
    }
  }

 private:
  std::uint32_t length_;
};

/// One pattern after the other, each with what becomes of its matches.
class Cuts : public PreTokenizer {
 public:
  Cuts&& add(std::unique_ptr<Pattern> pattern, Behavior behavior, bool invert = false) && {
    cuts_.push_back({std::move(pattern), behavior, invert});
    return std::move(*this);
  }

  void cut(SplitText& text) const override {
    for (const Cut& cut : cuts_) text.split(*cut.pattern, cut.behavior, cut.invert);
  }

 private:
  struct Cut {
    std::unique_ptr<Pattern> pattern;
    Behavior behavior;
    bool invert;
  };
  std::vector<Cut> cuts_;
};

std::unique_ptr<PreTokenizer> make(Cuts cuts) { return std::make_unique<Cuts>(std::move(cuts)); }

}  // namespace

std::unique_ptr<PreTokenizer> read_bert_pre_tokenizer(const Component&) {
  return make(Cuts()
                  .add(match_code_points(bert::is_white_space), Behavior::removed)
                  .add(match_code_points(bert::is_punctuation), Behavior::isolated));
}

std::unique_ptr<PreTokenizer> read_whitespace(const Component&) {
  return make(Cuts().add(std::make_unique<WordsAndOthers>(), Behavior::removed, true));
}

std::unique_ptr<PreTokenizer> read_whitespace_split(const Component&) {
  return make(Cuts().add(match_code_points(bert::is_white_space), Behavior::removed));
}

std::unique_ptr<PreTokenizer> read_punctuation(const Component& component) {
  const bool given = component.value().find("behavior").has_value();
  return make(Cuts().add(match_code_points(bert::is_punctuation),
                         given ? read_behavior(component) : Behavior::isolated));
}

std::unique_ptr<PreTokenizer> read_digits(const Component& component) {
  return make(Cuts().add(match_code_points(unicode::is_number),
                         component.flag("individual_digits") ? Behavior::isolated : Behavior::contiguous));
}

std::unique_ptr<PreTokenizer> read_char_delimiter_split(const Component& component) {
  std::string delimiter;
  utf8::append(delimiter, component.code_point("delimiter"));
  return make(Cuts().add(match_string(std::move(delimiter)), Behavior::removed));
}

std::unique_ptr<PreTokenizer> read_fixed_length(const Component& component) {
  constexpr std::uint32_t usual = 5;
  const std::uint32_t length = component.value().find("length") ? component.natural("length") : usual;
  if (length == 0) component.refuse("length", "a whole number from 1");
  return make(Cuts().add(std::make_unique<Runs>(length), Behavior::isolated));
}

std::unique_ptr<PreTokenizer> read_split(const Component& component) {
  return make(Cuts().add(read_pattern(component), read_behavior(component), component.flag("invert")));
}

Behavior read_behavior(const Component& component) {
  // In the order of the enumeration.
  constexpr std::string_view names[] = {"Removed", "Isolated", "MergedWithPrevious", "MergedWithNext",
                                        "Contiguous"};
  return static_cast<Behavior>(component.choice("behavior", names));
}

}  // namespace mha
