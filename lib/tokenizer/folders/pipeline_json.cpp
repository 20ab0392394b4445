#include "tokenizer/folders/pipeline_json.h"

#include <fmt/ranges.h>

#include "base/base64.h"
#include "base/json.h"

namespace mha {

std::string replace_json(std::string_view expression, std::string_view content) {
  return fmt::format(R"({{"type": "Replace", "pattern": {{"Regex": {}}}, "content": {}}})",
                     json_quote(expression), json_quote(content));
}

std::string split_json(std::string_view expression) {
  return fmt::format(
      R"({{"type": "Split", "pattern": {{"Regex": {}}}, "behavior": "Isolated", "invert": false}})",
      json_quote(expression));
}

std::string metaspace_json(std::string_view scheme, bool split) {
  return fmt::format(R"({{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "{}", "split": {}}})",
                     scheme, split);
}

std::string precompiled_json(std::string_view charsmap) {
  return fmt::format(R"({{"type": "Precompiled", "precompiled_charsmap": "{}"}})", encode_base64(charsmap));
}

std::string sequence_json(std::string_view member, const std::vector<std::string>& steps) {
  return fmt::format(R"({{"type": "Sequence", "{}": [{}]}})", member, fmt::join(steps, ", "));
}

}  // namespace mha
