#include "kernel/peak.h"

#include <doctest/doctest.h>

#include <chrono>
#include <vector>

#include "support/each_target.h"

using namespace mha;

TEST_CASE("operations in registers are counted by rounds") {
  test::each_target([] {
    const double one = kernel::spin_multiply_adds(1);
    CHECK(one >= 2 * 8 * 12);
    CHECK(kernel::spin_multiply_adds(7) == 7 * one);
    CHECK(kernel::spin_multiply_adds(0) == 0);
  });
}

TEST_CASE("operations in registers are not left out by the compiler") {
  const auto begin = std::chrono::steady_clock::now();
  const double operations = kernel::spin_multiply_adds(200'000);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  CHECK(operations / seconds.count() < 1e12);  // 64 a cycle at 15 GHz
}

TEST_CASE("every number is read") {
  test::each_target([] {
    for (const std::size_t size : {0, 1, 95, 96, 97, 192, 1000}) {
      CAPTURE(size);
      CHECK(kernel::read_all(std::vector<float>(size, 1)) == static_cast<float>(size));
    }
  });
}
