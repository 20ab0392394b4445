#include "bench/timing.h"

#include <doctest/doctest.h>

using namespace mha;

TEST_CASE("a time is the median of the faster half of the repetitions") {
  CHECK(faster_half_median({3}) == 3);
  CHECK(faster_half_median({9, 2}) == 2);
  CHECK(faster_half_median({9, 2, 4}) == 3);        // of 2, 4
  CHECK(faster_half_median({7, 1, 90, 3}) == 2);    // of 1, 3
  CHECK(faster_half_median({5, 4, 3, 2, 1}) == 2);  // of 1, 2, 3
  CHECK(faster_half_median({8, 7, 6, 5, 4, 3, 2, 1}) == 2.5);
}

TEST_CASE("work is repeated at least three times after one that does not count, and for the time asked for") {
  int calls = 0;
  time_of(1e-12, [&] { ++calls; });
  CHECK(calls == 4);
  calls = 0;
  CHECK(time_of(0.01, [&] { ++calls; }) < 0.001);
  CHECK(calls > 10);
}
