// Files, read whole.
#pragma once

#include <cstddef>
#include <string>

namespace mha {

/// The bytes of a regular file, or of a pipe or device up to its end. Throws Error(io) with the path and the
/// system's text if it cannot be opened or read (a directory cannot), and Error(limit) if it holds more than
/// `limit` bytes, or a device more than 64 MiB; a regular file's size is compared before anything is
/// allocated.
std::string read_file(const std::string& path, std::size_t limit);

}  // namespace mha
