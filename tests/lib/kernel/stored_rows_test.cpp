// Linears whose weights are some of the rows that are stored, or are stored the other way round.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "kernel/linear.h"
#include "kernel/reference.h"
#include "support/blocks.h"
#include "support/each_target.h"
#include "support/exact_numbers.h"
#include "support/numbers.h"

using namespace mha;
using kernel::Blocks;
using test::blocks_of;
using test::rows_of;
using test::StoredNumbers;

namespace {

constexpr std::size_t token_counts[] = {1, 7, 8, 9, 31, 33, 100};

std::vector<float> run(const std::vector<float>& x, const Linear& linear, std::size_t threads = 1) {
  const Blocks in = blocks_of(x, linear.in_features());
  const Blocks* sequences[] = {&in};
  return rows_of(kernel::linear({sequences, linear}, threads).front());
}

reference::Matrix exact(const std::vector<float>& x, const Linear& linear) {
  const std::size_t in = linear.in_features();
  reference::Matrix rows(static_cast<Eigen::Index>(x.size() / in), static_cast<Eigen::Index>(in));
  std::copy(x.begin(), x.end(), rows.data());
  return reference::linear(rows, linear);
}

/// Query, key and value of `heads` heads of `dim` features in one weight.
constexpr std::size_t heads = 3, dim = 11, stored = 3 * heads * dim;

/// The ways such a weight holds them, with the stored row of feature `dim` * h + j of part p.
struct Layout {
  const char* name;
  std::optional<RowSlice> (*rows)(std::size_t part);
  std::size_t (*place)(std::size_t part, std::size_t head, std::size_t j);
};

const Layout layouts[] = {
    {"one below the other",
     [](std::size_t part) {
       return std::optional(RowSlice{part * heads * dim, heads * dim, heads * dim, heads * dim});
     },
     [](std::size_t part, std::size_t head, std::size_t j) { return (part * heads + head) * dim + j; }},
    {"head by head",
     [](std::size_t part) {
       return std::optional(RowSlice{part * dim, heads * dim, dim, 3 * dim});
     },
     [](std::size_t part, std::size_t head, std::size_t j) { return (head * 3 + part) * dim + j; }},
};

/// Features [from][*] of rows of `width` numbers.
std::vector<float> columns(const std::vector<float>& rows, std::size_t width,
                           const std::vector<std::size_t>& from) {
  std::vector<float> picked;
  for (std::size_t at = 0; at < rows.size(); at += width) {
    for (const std::size_t column : from) picked.push_back(rows[at + column]);
  }
  return picked;
}

Shape shape_of(std::size_t in, bool transposed) { return transposed ? Shape{in, stored} : Shape{stored, in}; }

}  // namespace

TEST_CASE("some rows of a weight give their features of the whole weight, bit for bit, in both arithmetics") {
  const std::size_t in = 37;
  for (const bool transposed : {false, true}) {
    const StoredNumbers weight(shape_of(in, transposed), ElementType::bfloat16, 1),
        bias({stored}, ElementType::float32, 2);
    const Linear whole{weight.view(), bias.view(), transposed};
    for (const std::size_t tokens : token_counts) {
      const std::vector<float> x = test::exact_numbers(tokens * in, 3), all = run(x, whole);
      const reference::Matrix all_exact = exact(x, whole);
      for (const Layout& layout : layouts) {
        for (std::size_t part = 0; part < 3; ++part) {
          Linear some = whole;
          some.rows = layout.rows(part);
          std::vector<std::size_t> from;
          for (std::size_t f = 0; f < heads * dim; ++f) from.push_back(layout.place(part, f / dim, f % dim));
          CAPTURE(layout.name);
          CAPTURE(tokens);
          CHECK(some.out_features() == heads * dim);
          CHECK(test::same_bits(run(x, some, 3), columns(all, stored, from)));
          const reference::Matrix picked = exact(x, some);
          for (std::size_t f = 0; f < from.size(); ++f) {
            const auto error =
                (picked.col(static_cast<Eigen::Index>(f)) - all_exact.col(static_cast<Eigen::Index>(from[f])))
                    .cwiseAbs()
                    .maxCoeff();
            REQUIRE(error < 1e-13);
          }
        }
      }
    }
  }
}

TEST_CASE("a slice of a Linear gives its features of it, also of some rows and of a slice") {
  const std::size_t in = 20;
  const StoredNumbers weight({stored, in}, ElementType::float16, 1), bias({stored}, ElementType::float64, 2);
  const Linear whole{weight.view(), bias.view()};
  const std::vector<float> x = test::exact_numbers(9 * in, 3);
  const auto check = [&](const Linear& linear, std::size_t first, std::size_t count) {
    const std::vector<float> all = run(x, linear), got = run(x, slice(linear, first, count));
    std::vector<std::size_t> from;
    for (std::size_t i = 0; i < count; ++i) from.push_back(first + i);
    CHECK(test::same_bits(got, columns(all, linear.out_features(), from)));
  };
  check(whole, 0, stored);
  check(whole, 13, 29);
  check(slice(whole, 13, 29), 5, 7);
  for (const Layout& layout : layouts) {
    Linear keys = whole;
    keys.rows = layout.rows(1);
    check(keys, 0, heads * dim);
    check(keys, dim, dim);
    check(keys, dim, 2 * dim);
    check(keys, 2 * dim + 3, 5);
    check(slice(keys, dim, 2 * dim), dim, dim);
    check(slice(keys, dim, 2 * dim), dim + 1, 4);
  }
}

TEST_CASE("a transposed weight gives the bits of its transpose, but for few tokens, which agree") {
  const std::size_t in = 150, out = 77;
  const std::vector<float> weight = test::exact_numbers(in * out, 1), bias = test::exact_numbers(out, 2);
  std::vector<float> turned(in * out);
  for (std::size_t c = 0; c < out; ++c) {
    for (std::size_t k = 0; k < in; ++k) turned[k * out + c] = weight[c * in + k];
  }
  const Linear plain{TensorView({out, in}, weight), TensorView({out}, bias)},
      transposed{TensorView({in, out}, turned), TensorView({out}, bias), true};
  for (const std::size_t tokens : token_counts) {
    CAPTURE(tokens);
    const std::vector<float> x = test::exact_numbers(tokens * in, 3), want = run(x, plain);
    const std::vector<float> got = run(x, transposed, 2);
    CHECK(test::relative_error(got, want) < 1e-6);
    if (tokens > 8) CHECK(test::same_bits(got, want));
    CHECK(exact(x, plain) == exact(x, transposed));
  }
}

TEST_CASE(
    "a token of few has the bits of the same token among many with a transposed weight, of every type") {
  const std::size_t in = 300, out = 437, many = 40;
  const std::vector<float> x = test::exact_numbers(many * in, 3);
  for (const ElementType type : test::all_types) {
    const StoredNumbers weight({in, out}, type, 1), bias({out}, ElementType::float32, 2);
    const Linear linear{weight.view(), bias.view(), true};
    test::each_target([&] {
      const std::vector<float> all = run(x, linear);
      for (std::size_t tokens = 1; tokens <= 8; ++tokens) {
        const std::vector<float> some(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(tokens * in));
        const std::span<const float> want(all.data(), tokens * out);
        CAPTURE(tokens);
        CHECK(test::same_bits(std::span<const float>(run(some, linear, 2)), want));
      }
    });
  }
}

TEST_CASE("weights of every type, layout and way round agree with the reference over awkward sizes") {
  for (const std::size_t in : {1, 37, 130}) {
    for (const ElementType type : test::all_types) {
      for (const bool transposed : {false, true}) {
        const StoredNumbers weight(shape_of(in, transposed), type, 1), bias({stored}, type, 2);
        for (const Layout& layout : layouts) {
          Linear linear{weight.view(), bias.view(), transposed};
          linear.rows = layout.rows(2);
          for (const std::size_t tokens : token_counts) {
            const std::vector<float> x = test::exact_numbers(tokens * in, 3);
            const reference::Matrix want = exact(x, linear);
            test::each_target([&] {
              // Sums of 130 products of numbers up to 2 and 1, in float32.
              CHECK(test::relative_error(run(x, linear),
                                         std::span(want.data(), x.size() / in * heads * dim)) < 1e-6);
            });
          }
        }
      }
    }
  }
}

TEST_CASE("sequences of all lengths side by side have the bits they have alone with a transposed weight") {
  const std::size_t in = 48;
  const StoredNumbers weight({in, stored}, ElementType::float32, 1);
  const Linear linear{weight.view(), {}, true, RowSlice{dim, heads * dim, dim, 3 * dim}};
  std::vector<Blocks> blocks;
  std::vector<const Blocks*> sequences;
  for (const std::size_t tokens : token_counts)
    blocks.push_back(blocks_of(test::exact_numbers(tokens * in, 3), in));
  for (const Blocks& each : blocks) sequences.push_back(&each);
  const std::vector<Blocks> together = kernel::linear({sequences, linear}, 2);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    CHECK(test::same_bits(rows_of(together[i]), run(rows_of(blocks[i]), linear)));
  }
}
