// What tests of every file format need to know of one.
#pragma once

#include <string>

#include "report/files.h"

namespace mha::test {

/// A tensor that files of that format can hold.
inline std::string tensor_for(const FileFormat& format) {
  return format.holds == Holds::maps || format.holds == Holds::shares ? "weights" : "output";
}

}  // namespace mha::test
