#include "kernel/norm.h"

#include <doctest/doctest.h>

#include <vector>

#include "kernel/reference.h"
#include "support/blocks.h"
#include "support/each_target.h"
#include "support/numbers.h"

using namespace mha;
using kernel::Blocks;
using test::blocks_of;
using test::rows_of;

namespace {

/// A norm of `features` features with weights unlike 1 and 0.
struct Weights {
  explicit Weights(std::size_t features)
      : weight(test::normals(features, 1)),
        bias(test::normals(features, 2)),
        norm{{{features}, weight}, {{features}, bias}, 1e-5} {}
  std::vector<float> weight, bias;
  Norm norm;
};

std::vector<float> normed(const std::vector<float>& x, const std::vector<float>& residual, const Norm& norm) {
  const std::size_t features = norm.weight.shape[0];
  Blocks tokens = blocks_of(x, features);
  const Blocks added = blocks_of(residual, features);
  kernel::LayerNorm(norm).apply({&tokens, 1}, {&added, 1}, 2);
  return rows_of(tokens);
}

}  // namespace

TEST_CASE("layer norm of a sum agrees with the reference over awkward sizes, on every instruction set") {
  for (const std::size_t features : {1, 3, 12, 63, 64, 65, 384, 1000}) {
    for (const std::size_t count : {1, 7, 8, 9, 17, 33, 70}) {
      const Weights weights(features);
      // Far from zero, so that a variance by the difference of squares would lose its digits.
      std::vector<float> x = test::normals(count * features, 5);
      for (float& value : x) value += 100;
      const std::vector<float> residual = test::normals(count * features, 6);
      reference::Matrix sum(static_cast<Eigen::Index>(count), static_cast<Eigen::Index>(features));
      for (std::size_t i = 0; i < x.size(); ++i) sum.data()[i] = static_cast<double>(x[i] + residual[i]);
      const reference::Matrix want = reference::layer_norm(sum, weights.norm);
      test::each_target([&] {
        const std::vector<float> got = normed(x, residual, weights.norm);
        double worst = 0;
        for (std::size_t i = 0; i < got.size(); ++i) {
          worst = std::max(worst, std::abs(static_cast<double>(got[i]) - want.data()[i]));
        }
        CAPTURE(features);
        CAPTURE(count);
        CHECK(worst < 1e-4);  // values of 100 have errors of 4e-6 before they are normed
      });
    }
  }
}

TEST_CASE("a token's norm has the same bits wherever it stands, on every instruction set with FMA") {
  const std::size_t features = 100;
  const Weights weights(features);
  const std::vector<float> x = test::normals(50 * features, 7), zero(50 * features);
  const std::vector<float> whole = normed(x, zero, weights.norm);
  test::each_target([&] {
    if (!kernel::target_in_use().fma) return;
    for (const std::size_t t : {0, 7, 8, 31, 32, 49}) {
      const auto begin = x.begin() + static_cast<std::ptrdiff_t>(t * features);
      const std::vector<float> one(begin, begin + static_cast<std::ptrdiff_t>(features));
      const std::vector<float> alone = normed(one, std::vector<float>(features), weights.norm);
      CHECK(test::same_bits(std::span<const float>(alone),
                            std::span<const float>(whole).subspan(t * features, features)));
    }
  });
}

TEST_CASE("features that are all equal become the bias") {
  const Weights weights(40);
  const std::vector<float> got = normed(std::vector<float>(40, 3), std::vector<float>(40), weights.norm);
  CHECK(got == weights.bias);
}
