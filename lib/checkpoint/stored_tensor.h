// A tensor as the header of its file describes it.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/shape.h"
#include "checkpoint/stored_types.h"

namespace mha {

struct StoredTensor {
  std::string_view name;
  const StoredType* type;
  Shape shape;
  std::size_t begin, end;  ///< offsets of its bytes from the end of the header
};

}  // namespace mha
