#include "tokenizer/unicode/known_patterns.h"

#include <array>
#include <optional>

#include "base/utf8.h"
#include "tokenizer/bert/bert_unicode.h"
#include "tokenizer/unicode/unicode.h"

namespace mha {
namespace {

constexpr std::string_view llama3_words =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

enum class Kind : unsigned char { letter, number, space, other };

Kind kind_above_ascii(char32_t c) {
  if (bert::is_white_space(c)) return Kind::space;
  const char category = unicode::category(c)[0];
  return category == 'L' ? Kind::letter : category == 'N' ? Kind::number : Kind::other;
}

constexpr std::array<Kind, 128> ascii_kinds = [] {
  std::array<Kind, 128> table{};
  for (std::size_t c = 0; c < table.size(); ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool space = c == ' ' || (c >= 0x09 && c <= 0x0D);
    table[c] = letter                 ? Kind::letter
               : c >= '0' && c <= '9' ? Kind::number
               : space                ? Kind::space
                                      : Kind::other;
  }
  return table;
}();

/// Where things end in one text.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  std::size_t size() const { return text_.size(); }
  bool is(std::size_t at, char c) const { return at < text_.size() && text_[at] == c; }
  bool is_line_end(std::size_t at) const { return is(at, '\r') || is(at, '\n'); }

  /// The kind of the code point at `at`, and where the next one begins.
  Kind kind(std::size_t at, std::size_t& next) const {
    const auto byte = static_cast<unsigned char>(text_[at]);
    if (byte < 0x80) {
      next = at + 1;
      return ascii_kinds[byte];
    }
    next = at;
    return kind_above_ascii(utf8::next(text_, next));
  }

  /// The end of the code points of a kind from `at` on, at most so many.
  std::size_t end_of(Kind wanted, std::size_t at, std::size_t at_most = std::string_view::npos) const {
    for (std::size_t next = at; at_most > 0 && at < text_.size() && kind(at, next) == wanted; --at_most) {
      at = next;
    }
    return at;
  }

  /// The end of 's and the like behind the apostrophe at `at`; nothing if there is none. Case counts or not;
  /// without case, U+017F is an s.
  std::optional<std::size_t> contraction_end(std::size_t at, bool cased) const {
    if (!is(at, '\'')) return std::nullopt;
    const auto letter = [&](std::size_t i) -> char {
      if (i >= text_.size()) return '\0';
      return !cased && text_[i] >= 'A' && text_[i] <= 'Z' ? static_cast<char>(text_[i] | 0x20) : text_[i];
    };
    const char first = letter(at + 1), second = letter(at + 2);
    if (first == 's' || first == 't' || first == 'm' || first == 'd') return at + 2;
    const bool two =
        (first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l');
    if (two) return at + 3;
    if (!cased && text_.substr(at + 1).starts_with("\u017F")) return at + 3;
    return std::nullopt;
  }

  /// \s+(?!\S)|\s+ for the white space that begins at `at`: all but the last of it, which goes with what
  /// follows; all of it at the end of the text, or if it is but one.
  std::size_t space_end(std::size_t at) const {
    std::size_t last = at, next = at, end = at;
    while (end < text_.size() && kind(end, next) == Kind::space) {
      last = end;
      end = next;
    }
    return end == text_.size() || last == at ? end : last;
  }

 private:
  std::string_view text_;
};

/// Words that follow each other without a gap.
class Words : public Pattern {
 public:
  void find(std::string_view text, Matches& matches) const override {
    matches.clear();
    const Walk walk(text);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = end_at(walk, at);
      matches.push_back({at, end, true});
      at = end;
    }
  }

 private:
  /// The end of the word that begins at `at`.
  virtual std::size_t end_at(const Walk& walk, std::size_t at) const = 0;
};

class Gpt2Words : public Words {
  std::size_t end_at(const Walk& walk, std::size_t at) const override {
    if (const auto end = walk.contraction_end(at, true)) return *end;
    const std::size_t begin = walk.is(at, ' ') && at + 1 < walk.size() ? at + 1 : at;
    std::size_t next = begin;
    const Kind kind = walk.kind(begin, next);
    return kind == Kind::space ? walk.space_end(at) : walk.end_of(kind, next);
  }
};

/// Those of LLaMA-3 and Qwen2, which differ in how many digits stay together.
class LineWords : public Words {
 public:
  explicit LineWords(std::size_t digits) : digits_(digits) {}

 private:
  std::size_t end_at(const Walk& walk, std::size_t at) const override {
    if (const auto end = walk.contraction_end(at, false)) return *end;
    std::size_t next = at, after = at;
    const Kind kind = walk.kind(at, next);
    if (kind == Kind::letter) return walk.end_of(Kind::letter, next);
    if (kind == Kind::number) return walk.end_of(Kind::number, next, digits_ - 1);
    // Any one code point but a line end goes with the letters behind it.
    const bool more = next < walk.size();
    if (more && !walk.is_line_end(at) && walk.kind(next, after) == Kind::letter) {
      return walk.end_of(Kind::letter, after);
    }
    const bool spaced = walk.is(at, ' ') && more && walk.kind(next, after) == Kind::other;
    if (kind == Kind::other || spaced) {
      std::size_t end = walk.end_of(Kind::other, next);
      while (walk.is_line_end(end)) ++end;
      return end;
    }
    return line_end(walk, at).value_or(walk.space_end(at));
  }

  /// \s*[\r\n]+: behind the last line end of the white space.
  static std::optional<std::size_t> line_end(const Walk& walk, std::size_t at) {
    std::optional<std::size_t> end;
    for (std::size_t next = at; at < walk.size() && walk.kind(at, next) == Kind::space; at = next) {
      if (walk.is_line_end(at)) end = next;
    }
    return end;
  }

  std::size_t digits_;
};

}  // namespace

std::unique_ptr<Pattern> match_known(std::string_view expression) {
  if (expression == gpt2_words) return std::make_unique<Gpt2Words>();
  if (expression == llama3_words) return std::make_unique<LineWords>(3);
  if (expression == qwen2_words) return std::make_unique<LineWords>(1);
  return nullptr;
}

}  // namespace mha
