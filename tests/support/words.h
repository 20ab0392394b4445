// Looking for words in a text.
#pragma once

#include <string_view>

namespace mha::test {

inline bool holds(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

}  // namespace mha::test
