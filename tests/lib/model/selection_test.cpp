#include "model/selection.h"

#include <doctest/doctest.h>

#include "base/error.h"

using namespace mha;

using Numbers = std::vector<std::size_t>;

TEST_CASE("a selection counts from both ends, in order, each number once") {
  CHECK(select({}, 3, "--layers") == Numbers{0, 1, 2});
  CHECK(select({{0, 0}}, 1, "--layers") == Numbers{0});
  CHECK(select({{-1, -1}, {0, 0}, {2, 4}, {3, 3}}, 6, "--layers") == Numbers{0, 2, 3, 4, 5});
  CHECK(select({{-3, -1}}, 12, "--layers") == Numbers{9, 10, 11});
  CHECK(select({{1, -2}}, 4, "--layers") == Numbers{1, 2});
}

TEST_CASE("what is not there is refused with what is") {
  CHECK_THROWS_WITH_AS(select({{12, 12}}, 12, "--layers"),
                       "--layers: there is no 12; there are 0 to 11 (-1 is the last)", Error);
  CHECK_THROWS_WITH_AS(select({{-13, -13}}, 12, "--heads"),
                       "--heads: there is no -13; there are 0 to 11 (-1 is the last)", Error);
  CHECK_THROWS_WITH_AS(select({{3, 1}}, 12, "--layers"),
                       "--layers: 3-1 runs backwards; give the smaller number first", Error);
  CHECK_THROWS_AS(select({{0, INT64_MAX}}, 12, "--layers"), Error);
}
