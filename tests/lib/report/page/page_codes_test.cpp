// Numbers as the page holds them.
#include "report/page/page_codes.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "base/base64.h"

using namespace mha;

TEST_CASE("a weight's code stands for a number at most half a step away") {
  for (int i = 0; i <= 1000; ++i) {
    const double weight = i / 1000.0;
    const double back = static_cast<double>(code_of(weight, {})) / code_steps;
    CHECK(std::abs(back - weight) <= 0.5 / code_steps + 1e-15);
  }
  CHECK(code_of(0, {}) == 0);
  CHECK(code_of(1, {}) == code_steps);
}

TEST_CASE("what is NaN or infinite has a code of its own, and what is out of range that of the nearest end") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double value : {std::nan(""), infinity, -infinity}) CHECK(code_of(value, {}) == code_of_none);
  CHECK(code_of(1.000001, {}) == code_steps);
  CHECK(code_of(-0.000001, {}) == 0);
}

TEST_CASE("scores are spread over their own range") {
  const CodeRange range{-8, 24};
  CHECK(code_of(-8, range) == 0);
  CHECK(code_of(24, range) == code_steps);
  CHECK(code_of(8, range) == code_steps / 2);
}

TEST_CASE("codes are two bytes each, the low one first") {
  const std::vector<double> values = {0, 1, 258.0 / code_steps, std::nan("")};
  CHECK(decode_base64(codes_text(values, {})) == std::string("\0\0\xFE\xFF\x02\x01\xFF\xFF", 8));
}

TEST_CASE("codes take no more room than was foreseen") {
  for (std::size_t count = 1; count < 20; ++count) {
    CHECK(codes_text(std::vector<double>(count, 0.5), {}).size() <= codes_length(count));
  }
  CHECK(codes_length(12 * 12 * 64 * 64) < 1'600'000);
}
