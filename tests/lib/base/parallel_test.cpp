#include "base/parallel.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace mha;

TEST_CASE("each index is worked on once, however soon or late the next work follows") {
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::atomic<int>> seen(static_cast<std::size_t>(round % 7));
    parallel_for(seen.size(), 3, [&](std::size_t i) { ++seen[i]; });
    for (const std::atomic<int>& count : seen) REQUIRE(count == 1);
    if (round % 500 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST_CASE("the first exception comes out, and the next work is done as ever") {
  for (int round = 0; round < 200; ++round) {
    CHECK_THROWS_AS(parallel_for(8, 2, [](std::size_t) { throw std::runtime_error("no"); }),
                    std::runtime_error);
    std::atomic<int> count = 0;
    parallel_for(8, 2, [&](std::size_t) { ++count; });
    REQUIRE(count == 8);
  }
}

TEST_CASE("there is a processor at least") { CHECK(available_threads() >= 1); }
