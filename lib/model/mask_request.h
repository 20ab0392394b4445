// Masks as the user gives them, made into the mask of each sequence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attention/mask.h"
#include "base/tensor.h"
#include "model/inputs.h"

namespace mha {

/// A general mask from a file, as 0 and 1.
struct GeneralMask {
  std::string source;  ///< for errors
  Shape shape;         ///< [T, S], [B, T, S] or [B, H, T, S]; B and H may be 1
  std::vector<std::uint8_t> values;
};

/// Everything that may be given; all of it is combined.
struct MaskRequest {
  bool causal = false;
  std::optional<std::size_t> window;
  bool windows_of_model = false;  ///< in place of `window`, those that the model's layers have
  std::vector<std::vector<std::uint8_t>> query_masks;  ///< none, one for all sequences, or one each
  std::vector<std::vector<std::uint8_t>> key_masks;    ///< likewise
  std::optional<GeneralMask> general;

  bool any() const {
    return causal || window || windows_of_model || !query_masks.empty() || !key_masks.empty() ||
           general.has_value();
  }
};

/// A mask out of a tensor of zeros and ones; throws Error(data) that names the first number that is neither.
GeneralMask to_general_mask(const Tensor& tensor, std::string source);

/// Throws Error(data) naming the mask, its size and the size wanted if one does not fit the inputs.
void check_masks(const MaskRequest& request, const Inputs& inputs, const Dimensions& dimensions);

/// The mask of sequence `index`, which borrows the general mask from `request`.
Mask mask_of(const MaskRequest& request, const Inputs& inputs, const Dimensions& dimensions,
             std::size_t index);

}  // namespace mha
