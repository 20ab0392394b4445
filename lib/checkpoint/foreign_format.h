// Files that are given for weights and are something else.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace mha {

/// What a file that is no safetensors file looks like and what to do about it ("a Git LFS pointer, not the
/// weights; run: git lfs pull"), from its first bytes; nothing if it looks like nothing known.
std::optional<std::string> foreign_format(std::span<const std::byte> file);

}  // namespace mha
