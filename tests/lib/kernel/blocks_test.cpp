#include "kernel/blocks.h"

#include <doctest/doctest.h>

#include <algorithm>
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

TEST_CASE("what is joined of several sequences comes apart again behind their full blocks") {
  std::vector<std::vector<float>> values;
  std::vector<Blocks> sequences, copies;
  std::vector<const Blocks*> pointers;
  std::size_t rest = 0;
  for (const std::size_t tokens : {1, 40, 5, 33, 32, 1, 64, 7}) {
    values.push_back(test::normals(tokens * features, static_cast<unsigned>(tokens)));
    sequences.push_back(blocks_of(values.back(), features));
    copies.push_back(blocks_of(std::vector<float>(tokens * features, -1), features));
    rest += tokens % kernel::max_width;
  }
  for (const Blocks& sequence : sequences) pointers.push_back(&sequence);
  CHECK(kernel::count_rests(pointers) == rest);
  Blocks joined(features, rest);
  const kernel::FeatureRange ranges[] = {{0, 2}, {2, features}};
  for (const kernel::FeatureRange& range : ranges) kernel::join_rests(pointers, joined, range);
  std::vector<Blocks*> targets;
  for (Blocks& copy : copies) targets.push_back(&copy);
  for (const kernel::FeatureRange& range : ranges) kernel::split_rests(joined, targets, range);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::vector<float> want = values[i];
    std::fill_n(want.begin(), sequences[i].full_blocks() * kernel::max_width * features, -1.0F);
    CHECK(rows_of(copies[i]) == want);
  }
}
