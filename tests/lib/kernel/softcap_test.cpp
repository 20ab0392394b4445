#include "kernel/softcap.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "support/each_target.h"
#include "support/numbers.h"

using namespace mha;

TEST_CASE("a softcap leaves NaN a NaN, keeps the sign of zero, and makes infinities the cap") {
  constexpr float inf = std::numeric_limits<float>::infinity();
  test::each_target([&] {
    std::vector<float> scores = {
        std::numeric_limits<float>::quiet_NaN(), inf, -inf, 0.0F, -0.0F, 1e30F, -1e-30F};
    kernel::cap_scores(scores, {0.5F, 30});
    CHECK(std::isnan(scores[0]));
    CHECK(scores[1] == 30.0F);
    CHECK(scores[2] == -30.0F);
    CHECK(std::signbit(scores[3]) == false);
    CHECK(scores[4] == 0.0F);
    CHECK(scores[5] == 30.0F);
    CHECK(std::abs(scores[6] / -0.5e-30 - 1) < 1e-6);
  });
}

TEST_CASE("a softcap scales, divides, bounds and multiplies, in any place with the same bits") {
  const std::vector<float> scores = test::normals(1003, 3);
  std::vector<float> whole = scores;
  kernel::cap_scores(whole, {7, 5});
  for (std::size_t i = 0; i < scores.size(); ++i) {
    CHECK(whole[i] == doctest::Approx(5 * std::tanh(7.0 * scores[i] / 5)).epsilon(1e-6));
    if (i % 17 != 0) continue;
    float alone[] = {scores[i]};
    kernel::cap_scores(alone, {7, 5});
    CHECK(test::same_bits(std::span(alone), std::span(whole).subspan(i, 1)));
  }
}
