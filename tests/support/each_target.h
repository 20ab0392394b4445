// Runs a check on every instruction set of the machine.
#pragma once

#include <doctest/doctest.h>

#include <optional>

#include "kernel/targets.h"

namespace mha::test {

template <class Check>
void each_target(Check check) {
  struct Restore {
    ~Restore() { kernel::use_target(std::nullopt); }
  } const restore;
  for (const kernel::Target& target : kernel::targets()) {
    CAPTURE(target.name);
    kernel::use_target(target.name);
    check();
  }
}

}  // namespace mha::test
