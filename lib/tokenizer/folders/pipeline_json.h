// Components of a tokenizer.json, written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mha {

/// What makes spaces visible in the pipelines of families of sentencepiece.
constexpr std::string_view visible_spaces_json =
    R"({"type": "Replace", "pattern": {"String": " "}, "content": "▁"})";

/// Replaces what a regular expression finds.
std::string replace_json(std::string_view expression, std::string_view content);

/// Makes the matches of a regular expression words of their own.
std::string split_json(std::string_view expression);

/// `scheme` is "always", "first" or "never"; `split` cuts before each visible space.
std::string metaspace_json(std::string_view scheme, bool split);

/// The table of a sentencepiece model.
std::string precompiled_json(std::string_view charsmap);

/// One after the other; `member` is "normalizers" or "pretokenizers".
std::string sequence_json(std::string_view member, const std::vector<std::string>& steps);

}  // namespace mha
