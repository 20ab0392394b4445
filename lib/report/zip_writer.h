// Writing zip archives, as numpy.savez lays them out.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "base/sink.h"

namespace mha {

enum class ZipMethod { stored, deflated };

/// An archive that is being written: the same bytes whenever the same is added, for members bear no time.
/// Stored members begin at multiples of 64, so that they can be looked at where they lie.
class ZipWriter {
 public:
  /// A pipe or device gets the archive whole when it is finished: a member's size and checksum, which stand
  /// before it, are known behind it.
  ZipWriter(Sink& sink, ZipMethod method);
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;
  ~ZipWriter();

  /// Adds a member that is made of some parts, in 64-bit form (zip64) where it needs that. Throws Error(io).
  void add(const std::string& name, std::span<const std::span<const std::byte>> parts);

  /// Writes the directory behind the members. Throws Error(io).
  void finish();

 private:
  class Archive;
  std::unique_ptr<Archive> archive_;
};

}  // namespace mha
