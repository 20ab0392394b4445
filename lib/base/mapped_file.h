// Large files, read only where they are looked at.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "base/buffer.h"
#include "base/bus_guard.h"

namespace mha {

/// A regular file as bytes in memory, brought page by page when they are touched. It stays the file that was
/// opened when another takes its name. One that is cut short while it is looked at ends the process, see
/// BusGuard. Where the system has no room for the map, or the file system no maps, the file is read whole.
class MappedFile {
 public:
  /// Throws Error: io for what cannot be opened or read (a directory cannot), data for a device, pipe or
  /// socket; each with the path.
  explicit MappedFile(const std::string& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const noexcept { return bytes_; }

  /// Lets go of the memory of these bytes, which lie in bytes(): when they are looked at again, they are read
  /// again. Nothing where there is no map.
  void let_go(std::span<const std::byte> part) const noexcept;

 private:
  std::span<const std::byte> bytes_;
  std::optional<BusGuard> guard_;  ///< of a map
  Buffer<std::byte> read_;         ///< the bytes, where there is no map
};

}  // namespace mha
