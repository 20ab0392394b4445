// What a fuzz target holds to be true.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "base/error.h"

namespace mha::fuzz {

/// Ends the process as a crash does unless `holds`.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

/// What is refused is refused as data, or as more than there may be of it.
inline void require_refusal(const Error& error) {
  require(error.status() == Status::data || error.status() == Status::limit,
          "what is refused is refused as data");
}

}  // namespace mha::fuzz
