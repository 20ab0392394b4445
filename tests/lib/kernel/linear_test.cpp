#include "kernel/linear.h"

#include <doctest/doctest.h>

#include <bit>
#include <cstring>
#include <utility>
#include <vector>

#include "kernel/reference.h"
#include "support/blocks.h"
#include "support/numbers.h"

using namespace mha;
using kernel::Blocks;
using test::blocks_of;
using test::rows_of;

namespace {

/// Numbers as a file may hold them: of any type, at an odd address.
class Stored {
 public:
  Stored(Shape shape, ElementType type, const std::vector<float>& values)
      : bytes_(values.size() * bytes_of(type) + 1), view_(std::move(shape), type, bytes_.data() + 1) {
    std::byte* place = bytes_.data() + 1;
    for (const float value : values) {
      const auto upper = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16);
      const double wide = value;
      if (type == ElementType::bfloat16) std::memcpy(place, &upper, sizeof(upper));
      if (type == ElementType::float32) std::memcpy(place, &value, sizeof(value));
      if (type == ElementType::float64) std::memcpy(place, &wide, sizeof(wide));
      place += bytes_of(type);
    }
  }
  const TensorView& view() const { return view_; }

 private:
  std::vector<std::byte> bytes_;
  TensorView view_;
};

/// Numbers whose lower halves are zero: the same in every type.
std::vector<float> rounded(std::vector<float> values) {
  for (float& value : values) value = std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) & 0xFFFF0000U);
  return values;
}

std::vector<float> run(const std::vector<float>& x, const Linear& linear,
                       std::optional<Activation> activation, std::size_t threads = 1) {
  const Blocks in = blocks_of(x, linear.in_features());
  const Blocks* sequences[] = {&in};
  return rows_of(kernel::linear({sequences, linear, activation}, threads).front());
}

}  // namespace

TEST_CASE("weights of any type, wherever they lie, give the bits of the same numbers as aligned floats") {
  const std::size_t in = 70, out = 101;
  const std::vector<float> weight = rounded(test::normals(in * out, 1)),
                           bias = rounded(test::normals(out, 2));
  const std::vector<float> x = test::normals(in * 37, 3);
  const Linear plain{TensorView({out, in}, weight), TensorView({out}, bias)};
  const std::vector<float> want = run(x, plain, Activation::gelu);
  for (const ElementType type : {ElementType::float32, ElementType::float64, ElementType::bfloat16}) {
    const Stored w({out, in}, type, weight), b({out}, type, bias);
    for (const std::size_t threads : {1, 3}) {
      CHECK(test::same_bits(std::span<const float>(run(x, {w.view(), b.view()}, Activation::gelu, threads)),
                            std::span<const float>(want)));
    }
  }
}

TEST_CASE("a Linear agrees with the reference, with and without bias and activation") {
  const std::size_t in = 48, out = 30, tokens = 9;
  const std::vector<float> weight = test::normals(in * out, 4), bias = test::normals(out, 5);
  const std::vector<float> x = test::normals(in * tokens, 6);
  reference::Matrix rows(static_cast<Eigen::Index>(tokens), static_cast<Eigen::Index>(in));
  std::copy(x.begin(), x.end(), rows.data());
  for (const bool with_bias : {false, true}) {
    Linear linear{TensorView({out, in}, weight), {}};
    if (with_bias) linear.bias = TensorView({out}, bias);
    reference::Matrix want = reference::linear(rows, linear);
    const std::vector<float> plain = run(x, linear, {});
    for (std::size_t i = 0; i < plain.size(); ++i)
      CHECK(plain[i] == doctest::Approx(want.data()[i]).epsilon(1e-5));
    want = reference::activate(Activation::silu, want);
    const std::vector<float> active = run(x, linear, Activation::silu);
    for (std::size_t i = 0; i < active.size(); ++i) {
      CHECK(active[i] == doctest::Approx(want.data()[i]).epsilon(1e-5));
    }
  }
}

TEST_CASE("sequences side by side have the bits they have alone") {
  const std::size_t in = 33, out = 50;
  const std::vector<float> weight = test::normals(in * out, 7), bias = test::normals(out, 8);
  const Linear linear{TensorView({out, in}, weight), TensorView({out}, bias)};
  std::vector<std::vector<float>> rows;
  std::vector<Blocks> blocks;
  std::vector<const Blocks*> sequences;
  for (const std::size_t tokens : {1, 40, 7, 8, 100, 3}) rows.push_back(test::normals(tokens * in, 9));
  for (const auto& x : rows) blocks.push_back(blocks_of(x, in));
  for (const Blocks& x : blocks) sequences.push_back(&x);
  const std::vector<Blocks> together = kernel::linear({sequences, linear, Activation::relu}, 2);
  REQUIRE(together.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(test::same_bits(std::span<const float>(rows_of(together[i])),
                          std::span<const float>(run(rows[i], linear, Activation::relu))));
  }
}

TEST_CASE("several tasks in one call have the bits they have alone, whether or not they share their input") {
  const std::size_t in = 33;
  std::vector<Blocks> blocks;
  for (const std::size_t tokens : {5, 40, 19, 67})
    blocks.push_back(blocks_of(test::normals(tokens * in, 9), in));
  const std::vector<const Blocks*> some = {&blocks[0], &blocks[1], &blocks[2]},
                                   others = {&blocks[3], &blocks[2]};
  std::vector<std::vector<float>> weights;
  std::vector<kernel::LinearTask> tasks;
  for (const auto& [sequences, out] : {std::pair(&some, 50), {&some, 13}, {&others, 30}, {&some, 100}}) {
    const auto features = static_cast<std::size_t>(out);
    weights.push_back(test::normals(in * features, static_cast<int>(weights.size())));
    tasks.push_back({*sequences, {TensorView({features, in}, weights.back()), {}}});
  }
  for (const std::size_t threads : {1, 3}) {
    const std::vector<std::vector<Blocks>> together = kernel::linear(tasks, threads);
    REQUIRE(together.size() == tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      REQUIRE(together[i].size() == tasks[i].sequences.size());
      for (std::size_t s = 0; s < together[i].size(); ++s) {
        const Blocks* alone[] = {tasks[i].sequences[s]};
        CHECK(test::same_bits(
            std::span<const float>(rows_of(together[i][s])),
            std::span<const float>(rows_of(kernel::linear({alone, tasks[i].linear, {}}, 1).front()))));
      }
    }
  }
}
