// Suggestions for misspelt names.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mha {

/// Number of single-character insertions, deletions, replacements and swaps of neighbours that turn `a` into
/// `b` (optimal string alignment distance).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `name` if it is near enough to be meant (a third of its length, at least two
/// edits), else empty.
std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates);

/// Up to `count` candidates, the nearest to `name` first, each less than half of its length away.
std::vector<std::string_view> nearest_few(std::string_view name, std::span<const std::string_view> candidates,
                                          std::size_t count);

/// " (did you mean 'output'?)" or nothing, to stand behind an unknown name in an error.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace mha
