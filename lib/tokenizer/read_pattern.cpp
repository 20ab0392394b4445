#include "tokenizer/read_pattern.h"

namespace mha {

std::unique_ptr<Pattern> read_pattern(const Component& component) {
  const Component pattern = component.component("pattern");
  if (pattern.value().find("String")) return match_string(std::string(pattern.text("String")));
  return match_regex(std::string(pattern.text("Regex")), pattern.place());
}

}  // namespace mha
