// Room for much that is allocated at once.
#pragma once

#include <cstddef>

namespace mha {

/// Asks for `bytes` of heap in one piece, in huge pages where the system has them, and lets later allocations
/// use it and one another's memory once it is free, instead of a map of its own for each large one. To be
/// called before a file is parsed into tables: most of that time can be the first touch of new pages.
/// Nothing happens for less than a huge page, under a limit of the address space, or where there is no such
/// room.
void make_room(std::size_t bytes) noexcept;

}  // namespace mha
