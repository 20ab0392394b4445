// Where weights come from: the one interface of random weights and of checkpoints.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/tensor.h"

namespace mha {

/// A named, shape-checked store of tensors. Views stay valid as long as the source.
class TensorSource {
 public:
  virtual ~TensorSource() = default;

  /// The tensor of that name. Throws Error(data) that names tensor, wanted and found.
  virtual TensorView get(std::string_view name, const Shape& expected) const = 0;

  /// Some rows of a matrix `expected` [rows, columns], in the order asked for: [rows.size(), columns]. `rows`
  /// ascends strictly and lies inside the matrix. As float32, or as float64 where they are stored so. Touches
  /// nothing but those rows where it can.
  virtual Tensor get_rows(std::string_view name, const Shape& expected,
                          std::span<const std::uint32_t> rows) const = 0;

  /// Lets go of the memory that a tensor was brought into from a file. Views of it stay valid: what they show
  /// is brought again when it is looked at.
  virtual void let_go(std::string_view name) const = 0;

  /// What the source calls the tensor that get() finds by that name; nothing if it finds none.
  virtual std::optional<std::string> stored_name(std::string_view name) const = 0;

  bool contains(std::string_view name) const { return stored_name(name).has_value(); }

  /// The names of all that is there, sorted, as the source spells them. Valid as long as the source.
  virtual std::vector<std::string_view> names() const = 0;
};

}  // namespace mha
