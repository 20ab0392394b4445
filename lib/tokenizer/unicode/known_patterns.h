// Hand-written twins of the regular expressions that most byte-level tokenizers cut words with.
#pragma once

#include <memory>
#include <string_view>

#include "tokenizer/unicode/pattern.h"

namespace mha {

/// GPT-2's, which ByteLevel uses if it is to.
constexpr std::string_view gpt2_words =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

/// Qwen2's.
constexpr std::string_view qwen2_words =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// What finds the matches of an expression that is known by its text (those of GPT-2, LLaMA-3 and Qwen2),
/// with the categories of Unicode 16; null for any other.
std::unique_ptr<Pattern> match_known(std::string_view expression);

}  // namespace mha
