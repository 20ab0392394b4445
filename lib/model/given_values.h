// Numbers that are given, in the form in which either arithmetic works on them.
#pragma once

#include <cstddef>

#include "model/arithmetic.h"
#include "model/given.h"

namespace mha {

/// Those of a sequence, [T, all features], heads side by side.
template <class Math>
typename Math::Values values_of(const GivenTensor& given, std::size_t sequence) {
  const Shape& shape = given.values.shape;
  const std::size_t heads = shape.size() == 4 ? shape[1] : 1;
  return Math::from_rows(token_rows<typename Math::Number>(given, sequence), heads * shape.back());
}

/// The heads of a sequence under its mask; no map of them is wanted yet.
template <class Math>
ProjectedHeads<Math> heads_of(const GivenHeads& given, std::size_t sequence, const Mask& mask) {
  return {.query = values_of<Math>(given.query, sequence),
          .key = values_of<Math>(given.key, sequence),
          .value = given.value ? values_of<Math>(*given.value, sequence) : typename Math::Values(),
          .mask = mask,
          .scores = {},
          .weights = {}};
}

}  // namespace mha
