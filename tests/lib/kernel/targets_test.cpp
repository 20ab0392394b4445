#include "kernel/targets.h"

#include <doctest/doctest.h>

#include "base/error.h"

using namespace mha;

TEST_CASE("every instruction set of the machine can be chosen, and the best again") {
  const auto all = kernel::targets();
  REQUIRE_FALSE(all.empty());
  CHECK(kernel::target_in_use().name == all.front().name);
  for (const kernel::Target& target : all) {
    kernel::use_target(target.name);
    CHECK(kernel::target_in_use().name == target.name);
    CHECK(kernel::targets().size() == all.size());
    CHECK(kernel::target_in_use().name == target.name);
  }
  kernel::use_target(std::nullopt);
  CHECK(kernel::target_in_use().name == all.front().name);
}

TEST_CASE("an unknown instruction set is refused with the names there are") {
  CHECK_THROWS_WITH_AS(kernel::use_target("AVX-9000"), doctest::Contains("there are: "), Error);
}
