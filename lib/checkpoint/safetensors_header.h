// The header of a safetensors file (https://github.com/huggingface/safetensors, "Format"), read and checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "checkpoint/stored_tensor.h"

namespace mha {

/// The tensors of a file, once everything that the header says of them has been found to hold: the shape and
/// type of each fit its bytes, and the bytes of all fill the file to its end without hole or overlap.
/// Stricter than the reference implementation in this: nothing stands before the '{' of the header, no name
/// occurs twice, a tensor is described by an object, no number of elements or rank (8) is beyond use.
class SafetensorsHeader {
 public:
  /// `file` is the whole file; of it, only the header is touched. `source` names it in errors. Throws
  /// Error(data) for anything that does not hold. Takes memory in proportion to the header only, whose length
  /// is compared with the file first.
  SafetensorsHeader(std::span<const std::byte> file, const std::string& source);

  /// In the order of the header.
  const std::vector<StoredTensor>& tensors() const noexcept { return tensors_; }

  /// None if there is no tensor of that name.
  const StoredTensor* find(std::string_view name) const noexcept;

  /// Where the bytes of the tensors begin in the file.
  std::size_t data_begin() const noexcept { return data_begin_; }

 private:
  /// Where a tensor whose name has this hash is in slots_, or would be.
  std::size_t slot_of(std::string_view name, std::size_t hash) const noexcept;

  std::size_t data_begin_;
  JsonDocument document_;  ///< owns the names
  std::vector<StoredTensor> tensors_;
  /// Part of a name's hash, so that few other names are looked at, and 1 + a place in tensors_, or 0.
  struct Slot {
    std::uint32_t tag, place;
  };
  std::vector<Slot> slots_;  ///< open addressing by name
};

}  // namespace mha
