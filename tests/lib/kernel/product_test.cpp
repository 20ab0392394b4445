#include "kernel/product.h"

#include <doctest/doctest.h>

#include "base/buffer.h"
#include "support/each_target.h"
#include "support/numbers.h"

using namespace mha;

namespace {

struct Case {
  std::size_t width, depth, rows;
};

/// The definition, in float64.
std::vector<double> expected(const Case& c, const Buffer<float>& in, const float* matrix,
                             std::size_t row_stride, std::size_t depth_stride, const float* bias) {
  std::vector<double> out;
  for (std::size_t row = 0; row < c.rows; ++row) {
    for (std::size_t lane = 0; lane < c.width; ++lane) {
      double sum = 0;
      for (std::size_t k = 0; k < c.depth; ++k) {
        sum += static_cast<double>(in[k * c.width + lane]) * matrix[row * row_stride + k * depth_stride];
      }
      out.push_back(sum + (bias != nullptr ? bias[row] : 0.0));
    }
  }
  return out;
}

Buffer<float> buffer_of(std::size_t count, unsigned seed) {
  Buffer<float> buffer = Buffer<float>::uninitialised(count);
  const std::vector<float> values = test::normals(count, seed);
  std::copy(values.begin(), values.end(), buffer.data());
  return buffer;
}

const Case awkward[] = {{8, 1, 1},   {8, 63, 11},  {8, 768, 12}, {16, 64, 13}, {16, 65, 5},
                        {32, 1, 25}, {32, 128, 7}, {32, 129, 1}, {32, 200, 24}};

}  // namespace

TEST_CASE("products agree with float64 on every instruction set, whatever the sizes and strides") {
  test::each_target([] {
    for (const Case& c : awkward) {
      CAPTURE(c.width);
      CAPTURE(c.depth);
      CAPTURE(c.rows);
      const Buffer<float> in = buffer_of(c.depth * c.width, 1);
      const std::vector<float> matrix = test::normals(c.rows * c.depth + 1, 2),
                               bias = test::normals(c.rows, 3);
      Buffer<float> out = buffer_of(c.rows * c.width, 4);
      // Misaligned by one number, as a tensor in a file may be.
      kernel::product({.in = in.data(),
                       .width = c.width,
                       .depth = c.depth,
                       .matrix = matrix.data() + 1,
                       .row_stride = c.depth,
                       .depth_stride = 1,
                       .rows = c.rows,
                       .bias = bias.data(),
                       .out = out.data()});
      CHECK(test::relative_error(out.span(), expected(c, in, matrix.data() + 1, c.depth, 1, bias.data())) <
            1e-6);
      // The other way round.
      kernel::product({.in = in.data(),
                       .width = c.width,
                       .depth = c.depth,
                       .matrix = matrix.data(),
                       .row_stride = 1,
                       .depth_stride = c.rows,
                       .rows = c.rows,
                       .out = out.data()});
      CHECK(test::relative_error(out.span(), expected(c, in, matrix.data(), 1, c.rows, nullptr)) < 1e-6);
    }
  });
}

TEST_CASE("a product in pieces of whole chains has the bits of the product in one") {
  const Case c{32, 256, 17};
  const Buffer<float> in = buffer_of(c.depth * c.width, 1);
  const std::vector<float> matrix = test::normals(c.rows * c.depth, 2);
  Buffer<float> whole = buffer_of(c.rows * c.width, 3), pieces = buffer_of(c.rows * c.width, 4);
  const auto run = [&](std::size_t begin, std::size_t end, Buffer<float>& out) {
    kernel::product({.in = in.data() + begin * c.width,
                     .width = c.width,
                     .depth = end - begin,
                     .matrix = matrix.data() + begin,
                     .row_stride = c.depth,
                     .depth_stride = 1,
                     .rows = c.rows,
                     .accumulate = begin != 0,
                     .out = out.data()});
  };
  run(0, c.depth, whole);
  for (std::size_t k = 0; k < c.depth; k += kernel::product_chain) run(k, k + kernel::product_chain, pieces);
  CHECK(test::same_bits(whole.span(), pieces.span()));
}

TEST_CASE(
    "products have the same bits on every instruction set that fuses, alone and among other lanes and rows") {
  const Case c{32, 100, 23};
  const Buffer<float> in = buffer_of(c.depth * c.width, 1);
  const std::vector<float> matrix = test::normals(c.rows * c.depth, 2), bias = test::normals(c.rows, 3);
  std::vector<float> first;
  test::each_target([&] {
    if (!kernel::target_in_use().fma) return;
    Buffer<float> out = buffer_of(c.rows * c.width, 4);
    kernel::product({.in = in.data(),
                     .width = c.width,
                     .depth = c.depth,
                     .matrix = matrix.data(),
                     .row_stride = c.depth,
                     .depth_stride = 1,
                     .rows = c.rows,
                     .bias = bias.data(),
                     .out = out.data()});
    if (first.empty()) first.assign(out.data(), out.data() + out.size());
    CHECK(test::same_bits(out.span(), first));

    // One row, the lanes 8 to 15 alone.
    Buffer<float> narrow = Buffer<float>::zeros(c.depth * 8), one = Buffer<float>::zeros(8);
    for (std::size_t k = 0; k < c.depth; ++k) std::copy_n(in.data() + k * 32 + 8, 8, narrow.data() + k * 8);
    kernel::product({.in = narrow.data(),
                     .width = 8,
                     .depth = c.depth,
                     .matrix = matrix.data() + 13 * c.depth,
                     .row_stride = c.depth,
                     .depth_stride = 1,
                     .rows = 1,
                     .bias = bias.data() + 13,
                     .out = one.data()});
    CHECK(test::same_bits(one.span(), std::span(out.data() + 13 * 32 + 8, 8)));
  });
}
