// Whether the normalisation table of a sentencepiece model can be used without reading beyond its bounds.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mha {

/// What is wrong with a `precompiled_charsmap`, or nothing. Its layout: 4 bytes with the size of the trie,
/// the trie, and replacements that each end in NUL. sentencepiece 0.1.97 trusts all of it: it follows each
/// unit of the trie wherever that points, takes any leaf value as an offset into the replacements, and lets a
/// text match at most 32 nested keys (more are read from beyond an array).
std::optional<std::string> charsmap_flaw(std::string_view charsmap);

}  // namespace mha
