#include "kernel/dot_product.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "kernel/targets.h"
#include "kernel/widen.h"
#include "support/each_target.h"
#include "support/exact_numbers.h"
#include "support/numbers.h"

using namespace mha;

namespace {

/// Tokens and a matrix at odd sizes, and what dot_product makes of them.
struct Case {
  std::size_t count, depth, rows;
  std::size_t stride = kernel::dot_stride(depth);
  std::vector<float> tokens = std::vector<float>(count * stride);
  std::vector<float> matrix = test::normals(rows * depth + 1, 1), bias = test::normals(rows, 2);

  Case(std::size_t count_, std::size_t depth_, std::size_t rows_)
      : count(count_), depth(depth_), rows(rows_) {
    const std::vector<float> values = test::normals(count * depth, 3);
    for (std::size_t t = 0; t < count; ++t) {
      std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(t * depth), depth,
                  tokens.begin() + static_cast<std::ptrdiff_t>(t * stride));
    }
  }

  /// For tokens [first, first + some), in lines of `width`.
  std::vector<float> run(std::size_t first, std::size_t some, std::size_t width, bool with_bias) const {
    std::vector<float> out(rows * width, -1);
    kernel::dot_product({.tokens = tokens.data() + first * stride,
                         .count = some,
                         .token_stride = stride,
                         .depth = depth,
                         .matrix = reinterpret_cast<const std::byte*>(matrix.data() + 1),
                         .row_stride = depth,
                         .rows = rows,
                         .bias = with_bias ? bias.data() : nullptr,
                         .out = out.data(),
                         .width = width});
    return out;
  }

  double exact(std::size_t t, std::size_t c) const {
    double sum = 0;
    for (std::size_t k = 0; k < depth; ++k) {
      sum += static_cast<double>(tokens[t * stride + k]) * matrix[1 + c * depth + k];
    }
    return sum;
  }
};

}  // namespace

TEST_CASE("few tokens times a matrix agree with float64 on every instruction set, and idle lanes are 0") {
  test::each_target([] {
    for (const std::size_t count : {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 32}) {
      for (const std::size_t depth : {1, 15, 16, 17, 100, 768, 769, 1551}) {
        for (const std::size_t rows : {1, 5, 7, 25}) {
          const Case each(count, depth, rows);
          const std::size_t width = count <= 8 ? 8 : 32;
          const std::vector<float> out = each.run(0, count, width, true);
          double worst = 0;
          bool idle = true;
          for (std::size_t c = 0; c < rows; ++c) {
            for (std::size_t t = 0; t < width; ++t) {
              if (t >= count) idle = idle && out[c * width + t] == 0;
              if (t < count)
                worst = std::max(worst, std::abs(out[c * width + t] - each.exact(t, c) - each.bias[c]));
            }
          }
          CAPTURE(count);
          CAPTURE(depth);
          CAPTURE(rows);
          CHECK(worst < 1e-6 * std::sqrt(static_cast<double>(depth)) + 1e-6);
          CHECK(idle);
        }
      }
    }
  });
}

TEST_CASE("a token's bits do not depend on the tokens beside it, nor on the instruction set with FMA") {
  for (const std::size_t depth : {100, 2000}) {
    const Case all(13, depth, 25);
    std::vector<float> first;
    test::each_target([&] {
      const std::vector<float> together = all.run(0, 13, 16, true);
      for (std::size_t t = 0; t < 13; ++t) {
        const std::vector<float> alone = all.run(t, 1, 8, true);
        bool same = true;
        for (std::size_t c = 0; c < all.rows; ++c) same = same && alone[c * 8] == together[c * 16 + t];
        CHECK(same);
      }
      if (!kernel::target_in_use().fma) return;
      if (first.empty()) first = together;
      CHECK(test::same_bits(std::span<const float>(together), std::span<const float>(first)));
    });
  }
}

TEST_CASE(
    "a matrix of 16-bit numbers gives the bits of the same numbers as floats, on every instruction set") {
  for (const ElementType type : {ElementType::bfloat16, ElementType::float16}) {
    for (const std::size_t depth : {1, 15, 16, 100, 1551}) {
      const std::size_t rows = 25;
      const test::StoredNumbers stored({rows, depth}, type, 1);
      std::vector<float> widened(rows * depth);
      kernel::widen(stored.view(), 0, std::span(widened));
      test::each_target([&] {
        CHECK(kernel::takes_stored(ElementType::bfloat16));
        if (!kernel::takes_stored(type)) return;
        for (const std::size_t count : {1, 2, 3, 4, 5, 6, 7, 8, 13}) {
          const Case each(count, depth, rows);
          std::vector<float> want(rows * 16), got(rows * 16, -1);
          kernel::DotProduct task{.tokens = each.tokens.data(),
                                  .count = count,
                                  .token_stride = each.stride,
                                  .depth = depth,
                                  .matrix = std::as_bytes(std::span(widened)).data(),
                                  .row_stride = depth,
                                  .rows = rows,
                                  .bias = each.bias.data(),
                                  .out = want.data(),
                                  .width = 16};
          kernel::dot_product(task);
          task.matrix = stored.view().data;
          task.type = type;
          task.out = got.data();
          kernel::dot_product(task);
          CAPTURE(depth);
          CAPTURE(count);
          CHECK(test::same_bits(std::span<const float>(got), std::span<const float>(want)));
        }
      });
    }
  }
}

TEST_CASE("tokens lie so far apart that segments of several do not compete for the same lines of a cache") {
  for (const std::size_t depth : {1, 16, 100, 384, 768, 769, 1024, 1536, 2048, 3072, 4096, 10240}) {
    CAPTURE(depth);
    const std::size_t stride = kernel::dot_stride(depth), segment = kernel::dot_segment_of(depth);
    CHECK(stride >= depth);
    CHECK(stride < depth + 1024 + kernel::dot_lanes);
    CHECK(stride % kernel::dot_lanes == 0);
    CHECK(segment <= kernel::dot_segment);
    CHECK(segment % kernel::dot_lanes == 0);
    CHECK(stride % 1024 == segment % 1024);
  }
}
