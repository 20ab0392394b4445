#include "kernel/blocks.h"

#include <doctest/doctest.h>

#include <vector>

#include "support/blocks.h"
#include "support/numbers.h"

using namespace mha;
using kernel::Blocks;
using test::blocks_of;
using test::rows_of;

namespace {

constexpr std::size_t features = 5;

}  // namespace

TEST_CASE("rows survive the way into blocks and back, and idle lanes are zero") {
  for (const std::size_t tokens : {1, 7, 8, 9, 16, 17, 31, 32, 33, 40, 41, 64, 100}) {
    CAPTURE(tokens);
    const std::vector<float> values = test::normals(tokens * features, 1);
    const Blocks blocks = blocks_of(values, features);
    CHECK(rows_of(blocks) == values);
    const auto last = blocks[blocks.count() - 1];
    for (std::size_t lane = last.tokens; lane < last.width; ++lane)
      CHECK(last.feature(features - 1)[lane] == 0);
  }
}

TEST_CASE("sequences that are joined come apart again as they were") {
  std::vector<std::vector<float>> values;
  std::vector<Blocks> sequences;
  std::vector<const Blocks*> pointers;
  for (const std::size_t tokens : {1, 40, 5, 33, 32, 1, 64, 7}) {
    values.push_back(test::normals(tokens * features, static_cast<unsigned>(tokens)));
    sequences.push_back(blocks_of(values.back(), features));
  }
  for (const Blocks& sequence : sequences) pointers.push_back(&sequence);
  const Blocks joined = kernel::join(pointers);
  std::size_t first = 0;
  for (const std::vector<float>& sequence : values) {
    const std::size_t tokens = sequence.size() / features;
    CHECK(rows_of(kernel::split_off(joined, first, tokens)) == sequence);
    first += tokens;
  }
  CHECK(joined.tokens() == first);
}
