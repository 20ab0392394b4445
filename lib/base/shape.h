// Shapes of tensors: a list of dimensions, outermost first (row-major, as in PyTorch).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mha {

using Shape = std::vector<std::size_t>;

/// "1x5x768"; "scalar" for no dimensions.
std::string to_string(const Shape& shape);

/// Where element `index` (row-major) of such a tensor stands: "[0, 3, 2]".
std::string position_text(std::size_t index, const Shape& shape);

/// a * b, or Error(limit) that names `what` if the product does not fit.
std::size_t checked_product(std::size_t a, std::size_t b, const char* what);

/// Number of elements of a tensor of this shape; throws Error(limit) on overflow.
std::size_t element_count(const Shape& shape);

}  // namespace mha
