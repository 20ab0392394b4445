#include "tokenizer/unicode/pattern.h"

#include "base/utf8.h"

namespace mha {
namespace {

class CodePoints : public Pattern {
 public:
  explicit CodePoints(bool (*is_kind)(char32_t)) : is_kind_(is_kind) {}

  void find(std::string_view text, Matches& matches) const override {
    matches.clear();
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t begin = at;
      if (is_kind_(utf8::next(text, at))) add_match(matches, begin, at);
    }
    add_rest(matches, text.size());
  }

 private:
  bool (*is_kind_)(char32_t);
};

class String : public Pattern {
 public:
  explicit String(std::string string) : string_(std::move(string)) {}

  void find(std::string_view text, Matches& matches) const override {
    matches.clear();
    for (std::size_t at = text.find(string_); at != std::string_view::npos;
         at = text.find(string_, at + string_.size())) {
      add_match(matches, at, at + string_.size());
    }
    add_rest(matches, text.size());
  }

 private:
  std::string string_;
};

}  // namespace

std::unique_ptr<Pattern> match_code_points(bool (*is_kind)(char32_t)) {
  return std::make_unique<CodePoints>(is_kind);
}

std::unique_ptr<Pattern> match_string(std::string string) {
  if (string.empty()) return match_regex("", "an empty string");
  return std::make_unique<String>(std::move(string));
}

void add_match(Matches& matches, std::size_t begin, std::size_t end) {
  add_rest(matches, begin);
  matches.push_back({begin, end, true});
}

void add_rest(Matches& matches, std::size_t end) {
  const std::size_t begin = matches.empty() ? 0 : matches.back().end;
  if (begin != end) matches.push_back({begin, end, false});
}

}  // namespace mha
