#include "model/run_memory.h"

#include <doctest/doctest.h>

#include "model/model.h"

using namespace mha;

namespace {

constexpr std::size_t tensor = std::size_t{8192} * 768 * sizeof(float);

WorkSize long_layer(const Config& config) {
  return {.config = config,
          .batch = 1,
          .queries = 8192,
          .keys = 8192,
          .feed_forward = false,
          .projections = false,
          .cross_attention = false,
          .threads = 2};
}

}  // namespace

TEST_CASE("a long layer takes its input, x, its output, and projections of some heads or, if kept, of all") {
  const Config config = load_config({});
  WorkSize size = long_layer(config);
  CHECK(work_memory(size) > 3 * tensor);
  CHECK(work_memory(size) < 4 * tensor);
  size.projections = true;
  CHECK(work_memory(size) > 6 * tensor);
  size.projections = false, size.cross_attention = true;
  CHECK(work_memory(size) > 4 * tensor);
}

TEST_CASE("sequences take memory for as many as are worked on at a time") {
  const Config config = load_config({});
  WorkSize size = long_layer(config);
  const std::size_t one = work_memory(size);
  size.batch = 3;  // fewer than two for each thread: one after the other
  CHECK(work_memory(size) < one + tensor / 3);
  size.batch = 4;
  CHECK(work_memory(size) > 7 * tensor);
  size.batch = 1000;
  CHECK(2 * work_memory(size) < 17 * tensor);
}
