// An end with a message when a mapped file shrinks or cannot be read any more.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/slot_list.h"

namespace mha {

/// While it lives, touching a page of `bytes` that the system cannot bring (SIGBUS: the file `path` was cut
/// short, or its device failed) ends the process with status 4 and one line on standard error that names the
/// file and the offset; unfinished output files are deleted. A SIGBUS from elsewhere keeps its meaning.
class BusGuard {
 public:
  BusGuard(std::span<const std::byte> bytes, const std::string& path);
  BusGuard(BusGuard&& other) noexcept;
  BusGuard& operator=(BusGuard&&) = delete;
  ~BusGuard();

  struct Region {
    const std::byte* begin = nullptr;
    std::size_t size = 0;
    std::string message;  ///< up to the offset: a handler cannot format
  };

 private:
  SlotList<Region>::Slot* slot_;
};

}  // namespace mha
