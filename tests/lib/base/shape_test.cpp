#include "base/shape.h"

#include <doctest/doctest.h>

#include "base/error.h"

using namespace mha;

TEST_CASE("shapes and places read as the user writes them") {
  CHECK(to_string({1, 5, 768}) == "1x5x768");
  CHECK(to_string({}) == "scalar");
  CHECK(position_text(0, {2, 3, 4}) == "[0, 0, 0]");
  CHECK(position_text(23, {2, 3, 4}) == "[1, 2, 3]");
  CHECK(position_text(5, {2, 3}) == "[1, 2]");
}

TEST_CASE("a count that 64 bits cannot hold is refused") {
  CHECK(element_count({}) == 1);
  CHECK(element_count({3, 0, 7}) == 0);
  CHECK(element_count({std::size_t{1} << 32, std::size_t{1} << 31}) == std::size_t{1} << 63);
  CHECK_THROWS_AS(element_count({std::size_t{1} << 32, std::size_t{1} << 32}), Error);
}
