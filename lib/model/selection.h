// Layers and heads as the user names them: 0,3-5,-1 or all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace mha {

/// Numbers first to last; below 0 they count from the end.
struct IndexRange {
  std::int64_t first, last;
};

/// Some of a number of things; all of them if no range is given.
using Selection = std::vector<IndexRange>;

/// The numbers selected out of [0, count), ascending, each once. Throws Error(usage) that names the option
/// and what there is for a number outside, or a range that runs backwards.
std::vector<std::size_t> select(const Selection& selection, std::size_t count, std::string_view option);

}  // namespace mha
