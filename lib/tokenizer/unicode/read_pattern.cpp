#include "tokenizer/unicode/read_pattern.h"

#include "tokenizer/unicode/known_patterns.h"

namespace mha {

std::unique_ptr<Pattern> read_pattern(const Component& component) {
  const Component pattern = component.component("pattern");
  if (pattern.value().find("String")) return match_string(std::string(pattern.text("String")));
  const std::string_view expression = pattern.text("Regex");
  if (auto known = match_known(expression)) return known;
  return match_regex(std::string(expression), pattern.place());
}

}  // namespace mha
