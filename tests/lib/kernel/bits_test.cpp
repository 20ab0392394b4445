// The promise that results have the same bits on every processor that fuses multiply and add: for the
// kernels.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "kernel/box_muller.h"
#include "kernel/linear.h"
#include "kernel/norm.h"
#include "kernel/product.h"
#include "kernel/softcap.h"
#include "kernel/softmax.h"
#include "support/checksum.h"
#include "support/exact_numbers.h"
#include "support/softmax.h"

using namespace mha;
using kernel::Blocks;
using test::Checksum;
using test::exact_numbers;
using test::StoredNumbers;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr std::size_t widths[] = {8, 16, 32};

/// Floats of every size, denormals, infinities and NaN included; no whole number of vectors.
std::vector<float> floats_of_every_size() {
  std::vector<float> values;
  for (std::uint64_t bits = 0; bits <= 0xFFFFFFFFU; bits += 400009) {
    values.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  }
  values.resize(values.size() / 16 * 16 + 7);
  return values;
}

Buffer<float> buffer_of(const std::vector<float>& values) {
  Buffer<float> buffer = Buffer<float>::uninitialised(values.size());
  std::copy(values.begin(), values.end(), buffer.data());
  return buffer;
}

/// The products of one size: with bias, read the other way, and added to what is there.
void add_products(std::size_t width, std::size_t depth, std::size_t rows, Checksum& checksum) {
  const Buffer<float> in = buffer_of(exact_numbers(depth * width, 1));
  Buffer<float> out = Buffer<float>::zeros(rows * width);
  const std::vector<float> matrix = exact_numbers(rows * (depth + 3) + 1, 2), bias = exact_numbers(rows, 3);
  kernel::Product task{.in = in.data(),
                       .width = width,
                       .depth = depth,
                       .matrix = matrix.data() + 1,
                       .row_stride = depth + 3,
                       .depth_stride = 1,
                       .rows = rows,
                       .bias = bias.data(),
                       .out = out.data()};
  kernel::product(task);
  checksum.add(out.span());
  task.bias = nullptr;
  task.accumulate = true;
  kernel::product(task);
  checksum.add(out.span());
  task.accumulate = false;
  task.row_stride = 1;
  task.depth_stride = rows;
  kernel::product(task);
  checksum.add(out.span());
}

/// Weights of `keys` scores a lane, some lanes masked, one blind, one with NaN, one with huge scores.
void add_softmax(std::size_t width, std::size_t keys, Checksum& checksum) {
  Buffer<float> scores = buffer_of(exact_numbers(keys * width, 4)), sums = Buffer<float>::zeros(width);
  for (std::size_t k = 0; k < keys; ++k) {
    scores[k * width] = -infinity;
    scores[k * width + 1] *= 1e8F;
    if (k % 3 != 0) scores[k * width + 2] = -infinity;
    scores[k * width + 4] *= 40;  // weights down to denormals
  }
  scores[keys / 2 * width + 3] = std::numeric_limits<float>::quiet_NaN();
  test::softmax(scores.data(), keys, width, sums.data());
  kernel::scale_lanes(scores.data(), keys, width, sums.data());
  checksum.add(scores.span());
}

void add_norm(NormKind kind, std::size_t features, std::size_t tokens, Checksum& checksum) {
  const std::vector<float> weight = exact_numbers(features, 5), bias = exact_numbers(features, 6);
  const bool adds_one = kind == NormKind::rms;
  const kernel::Normalizer norm({{{features}, weight}, TensorView({features}, bias), 1e-5, kind, adds_one});
  std::vector<float> x = exact_numbers(features * tokens, 7);
  std::fill_n(x.begin(), features, 1.5F);  // without variance
  x.back() = 1e30F;                        // whose square is infinite
  Blocks blocks = test::blocks_of(x, features);
  norm.apply({&blocks, 1}, {}, 1);
  checksum.add(blocks);
  const Blocks residual = test::blocks_of(exact_numbers(features * tokens, 8), features);
  norm.apply({&blocks, 1}, {&residual, 1}, 3);
  checksum.add(blocks);
}

}  // namespace

TEST_CASE("products have the bits of their checksum on every instruction set with FMA") {
  for (const std::size_t width : widths) {
    test::check_bits(fmt::format("product, width {}", width), [&](Checksum& checksum) {
      for (const std::size_t depth : {1, 63, 64, 65, 200}) {
        for (const std::size_t rows : {1, 2, 5, 6, 7, 11, 12, 13, 25})
          add_products(width, depth, rows, checksum);
      }
    });
  }
}

TEST_CASE("Linears of every type have the bits of their checksum, alone, side by side and over threads") {
  const std::size_t in = 131, out = 101;
  std::vector<Blocks> blocks;
  for (const unsigned tokens : {1, 40, 7, 8, 100, 16})
    blocks.push_back(test::blocks_of(exact_numbers(tokens * in, tokens), in));
  std::vector<const Blocks*> sequences;
  for (const Blocks& each : blocks) sequences.push_back(&each);
  const auto check = [&](const std::string& name, const Linear& linear) {
    for (const std::size_t threads : {1, 3}) {
      for (const std::size_t together : {std::size_t{1}, blocks.size()}) {
        test::check_bits(name, [&](Checksum& checksum) {
          for (std::size_t i = 0; i < sequences.size(); i += together) {
            const auto some = std::span(sequences).subspan(i, together);
            for (const Blocks& y : kernel::linear({some, linear, Activation::gelu}, threads)) checksum.add(y);
          }
        });
      }
    }
  };
  for (const ElementType type : test::all_types) {
    const StoredNumbers weight({out, in}, type, 1), bias({out}, type, 2), other_way({in, out}, type, 3);
    check(fmt::format("linear, type {}", static_cast<int>(type)), {weight.view(), bias.view()});
    check(fmt::format("linear, transposed, type {}", static_cast<int>(type)),
          {other_way.view(), bias.view(), true, RowSlice{5, 60, 20, 30}});
  }
}

TEST_CASE("softmax has the bits of its checksum, masked and NaN scores included") {
  for (const std::size_t width : widths) {
    test::check_bits(fmt::format("softmax, width {}", width), [&](Checksum& checksum) {
      for (const std::size_t keys : {1, 2, 63, 64, 65, 300}) add_softmax(width, keys, checksum);
    });
  }
}

TEST_CASE("norms have the bits of their checksums") {
  for (const NormKind kind : {NormKind::layer, NormKind::rms}) {
    test::check_bits(kind == NormKind::rms ? "norm, rms" : "norm", [&](Checksum& checksum) {
      for (const std::size_t features : {1, 3, 63, 64, 65, 384}) {
        for (const std::size_t tokens : {1, 8, 9, 17, 70}) add_norm(kind, features, tokens, checksum);
      }
    });
  }
}

TEST_CASE("exp, 2^x, tanh and activations have the bits of their checksums for floats of every size") {
  const std::vector<float> all = floats_of_every_size();
  test::check_bits("exp", [&](Checksum& checksum) {
    std::vector<float> values = all;
    kernel::exp_in_place(values);
    checksum.add(values);
  });
  test::check_bits("exp2", [&](Checksum& checksum) {
    std::vector<float> values = all;
    kernel::exp2_in_place(values);
    checksum.add(values);
  });
  test::check_bits("tanh", [&](Checksum& checksum) {
    std::vector<float> values = all;
    kernel::tanh_in_place(values);
    checksum.add(values);
  });
  for (const Activation activation :
       {Activation::gelu, Activation::gelu_tanh, Activation::relu, Activation::silu}) {
    test::check_bits(fmt::format("activation {}", static_cast<int>(activation)), [&](Checksum& checksum) {
      std::vector<float> values = all;
      kernel::activate(activation, values);
      checksum.add(values);
    });
  }
}

TEST_CASE("normals out of uniform numbers have the bits of their checksum") {
  test::check_bits("box_muller", [](Checksum& checksum) {
    std::vector<float> values = exact_numbers(16 * 1000, 9);
    for (float& value : values) value = (value + 2) / 4;
    kernel::box_muller(values);
    checksum.add(values);
  });
}
