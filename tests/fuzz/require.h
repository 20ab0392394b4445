// What a fuzz target holds to be true.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace mha::fuzz {

/// Ends the process as a crash does unless `holds`.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace mha::fuzz
