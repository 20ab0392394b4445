// Whether the tensors that a header describes fill a file.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "checkpoint/stored_tensor.h"

namespace mha {

/// Checks that each tensor has as many bytes as its shape and type take, and that the bytes of all lie side
/// by side from `data_begin` to the end of the file, `file_size` >= `data_begin`. Throws Error(data) that
/// names the first tensor in the file for which that does not hold, and for a file that is shorter or longer
/// says by how much. No sum or product of what a header says is made unchecked.
void check_layout(std::span<const StoredTensor> tensors, std::size_t data_begin, std::size_t file_size,
                  const std::string& source);

}  // namespace mha
