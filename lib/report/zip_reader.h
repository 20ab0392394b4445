// Reading zip archives.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"

namespace mha {

struct ZipMember {
  std::string name;
  std::span<const std::byte> bytes;
};

/// The members of an archive, in its order: stored ones where they lie in the archive, deflated ones
/// inflated.
struct ZipMembers {
  std::vector<ZipMember> members;
  std::vector<Buffer<std::byte>> inflated;  ///< what the latter point into
};

/// Opens an archive that lies in memory and compares every member with its checksum. `source` names the file
/// in errors. Throws Error: data for what is no such archive, is damaged, is encrypted, is compressed in
/// another way, or says of its members what cannot be (more than deflate can give, more than the archive has
/// room for); limit before what is inflated exceeds the memory that is left.
ZipMembers unzip(std::span<const std::byte> archive, std::string_view source);

}  // namespace mha
