// The normalisation table of a sentencepiece model: texts and what replaces them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mha {

class Charsmap {
 public:
  /// Takes the bytes of a `precompiled_charsmap` in which charsmap_flaw (charsmap_check.h) finds no flaw.
  explicit Charsmap(std::string_view bytes);

  /// What replaces the shortest key that `text` begins with, if one is; no key holds a NUL.
  std::optional<std::string_view> find(std::string_view text) const;

 private:
  std::vector<std::uint32_t> units_;  // a double array of darts-clone (include/darts.h)
  std::string replacements_;          // each ends in NUL
};

}  // namespace mha
