#include "kernel/norm.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
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
        norm{{{features}, weight}, TensorView({features}, bias), 1e-5} {}
  std::vector<float> weight, bias;
  Norm norm;
};

std::vector<float> normed(const std::vector<float>& x, const std::vector<float>& residual, const Norm& norm) {
  const std::size_t features = norm.weight.shape[0];
  Blocks tokens = blocks_of(x, features);
  const Blocks added = blocks_of(residual, features);
  kernel::Normalizer(norm).apply({&tokens, 1}, {&added, 1}, 2);
  return rows_of(tokens);
}

/// Of `count` tokens of `stretches` times the norm's features, on every instruction set.
void check_norm(const Norm& norm, std::size_t stretches, std::size_t count) {
  const std::size_t features = norm.weight.shape[0] * stretches;
  const std::vector<float> x = test::normals(count * features, 5);
  reference::Matrix rows(static_cast<Eigen::Index>(count), static_cast<Eigen::Index>(features));
  std::copy(x.begin(), x.end(), rows.data());
  const reference::Matrix want = reference::normed(rows, norm);
  const Blocks tokens = blocks_of(x, features);
  test::each_target([&] {
    const std::vector<float> got = rows_of(kernel::Normalizer(norm).normed({&tokens, 1}, 2).front());
    CAPTURE(features);
    CAPTURE(count);
    double worst = 0;
    for (std::size_t i = 0; i < got.size(); ++i) worst = std::max(worst, std::abs(got[i] - want.data()[i]));
    CHECK(worst < 4e-6);  // of numbers up to 10, and of sums that may cancel
  });
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
      const reference::Matrix want = reference::normed(sum, weights.norm);
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

TEST_CASE("norms of every kind agree with the reference, of whole tokens and of stretches of them") {
  for (const NormKind kind : {NormKind::layer, NormKind::rms}) {
    for (const bool with_bias : {false, true}) {
      for (const bool adds_one : {false, true}) {
        for (const std::size_t features : {1, 5, 64, 129}) {
          Weights weights(features);
          weights.norm.kind = kind;
          weights.norm.adds_one = adds_one;
          if (!with_bias) weights.norm.bias.reset();
          for (const std::size_t stretches : {1, 3}) {
            for (const std::size_t count : {1, 7, 8, 9, 31, 33, 100})
              check_norm(weights.norm, stretches, count);
          }
        }
      }
    }
  }
}

TEST_CASE("norms of stretches are those of each by itself, and bits are the same in place and beside") {
  const std::size_t features = 24;
  const Weights weights(features);
  const Norm norm{weights.norm.weight, std::nullopt, 1e-6, NormKind::rms, true};
  const std::vector<float> x = test::normals(3 * 40 * features, 3);
  const Blocks all = blocks_of(x, 3 * features);
  const std::vector<float> whole = rows_of(kernel::Normalizer(norm).normed({&all, 1}, 2).front());
  CHECK(rows_of(all) == x);
  Blocks each = blocks_of(x, 3 * features);
  kernel::Normalizer(norm).apply({&each, 1}, {}, 1);
  CHECK(rows_of(each) == whole);
  for (std::size_t i = 0; i < 3 * 40; ++i) {
    const std::vector<float> one(x.begin() + static_cast<std::ptrdiff_t>(i * features),
                                 x.begin() + static_cast<std::ptrdiff_t>((i + 1) * features));
    const Blocks alone = blocks_of(one, features);
    CHECK(test::same_bits(rows_of(kernel::Normalizer(norm).normed({&alone, 1}, 1).front()),
                          std::span<const float>(whole).subspan(i * features, features)));
  }
}

TEST_CASE("the root mean square norm is that of the paper, with weights as they are or plus one") {
  const std::vector<float> weight = {2, -0.5F};
  const Blocks x = blocks_of({3, 4}, 2);
  for (const bool adds_one : {false, true}) {
    const Norm norm{{{2}, weight}, std::nullopt, 0.5, NormKind::rms, adds_one};
    const std::vector<float> got = rows_of(kernel::Normalizer(norm).normed({&x, 1}, 1).front());
    const double root = std::sqrt(12.5 + 0.5), one = adds_one ? 1 : 0;
    CHECK(got[0] == doctest::Approx(3 / root * (2 + one)).epsilon(1e-6));
    CHECK(got[1] == doctest::Approx(4 / root * (-0.5 + one)).epsilon(1e-6));
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
