#include "checkpoint/torch_random.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "base/error.h"

using namespace mha;

namespace {

using Values = std::vector<float>;

Values values(std::span<const float> span) { return {span.begin(), span.end()}; }

Values row(const TorchRandom& source, std::size_t rows, std::size_t columns, std::uint32_t which) {
  return values(source.get_rows("tokens", {rows, columns}, std::span(&which, 1)).as<float>());
}

std::vector<RandomModule> small_model() {
  return {RandomEmbedding{"tokens", 101, 37}, RandomLinear{"query", 8, 0, 4, 37},
          RandomLinear{"key", 8, 0, 4, 37},   RandomLinear{"query", 8, 4, 4, 37},
          RandomLinear{"key", 8, 4, 4, 37},   RandomLinear{"output", 37, 0, 37, 8}};
}

}  // namespace

TEST_CASE("eight normals after five draws of seed 137 begin with PyTorch's published number") {
  TorchStream stream(137);
  std::array<float, 8> normals;
  TorchNormalReader(stream, {.first_draw = 5, .count = 8, .left_over = {}}).read(0, normals);
  CHECK(normals[0] == 0.7947664260864258f);
}

TEST_CASE("rows of an embedding are those of the whole, for every row and any columns") {
  struct Case {
    std::size_t rows, columns;
  };
  for (const Case& size : {Case{3, 5}, {1, 16}, {17, 1}, {33, 1}, {5, 7}, {101, 37}, {7, 48}}) {
    const std::size_t rows = size.rows, columns = size.columns;
    CAPTURE(rows);
    CAPTURE(columns);
    const std::vector<RandomModule> order{RandomEmbedding{"tokens", rows, columns}};
    const TorchRandom source(order, 5);
    const Values whole = values(TorchRandom(order, 5).get("tokens", {rows, columns}).floats());
    std::vector<std::uint32_t> even;
    Values expected;
    for (std::uint32_t r = 0; r < rows; ++r) {
      const Values wanted(whole.begin() + r * columns, whole.begin() + (r + 1) * columns);
      CHECK(row(source, rows, columns, r) == wanted);
      if (r % 2 != 0) continue;
      even.push_back(r);
      expected.insert(expected.end(), wanted.begin(), wanted.end());
    }
    CHECK(values(source.get_rows("tokens", {rows, columns}, even).as<float>()) == expected);
  }
}

TEST_CASE("no rows are an empty matrix") {
  const TorchRandom source({RandomEmbedding{"tokens", 3, 5}}, 5);
  const Tensor none = source.get_rows("tokens", {3, 5}, {});
  CHECK(none.shape == Shape{0, 5});
  CHECK(none.as<float>().empty());
}

TEST_CASE("asking in stream order walks the stream once, the tail included") {
  const TorchRandom source(small_model(), 5);
  const std::vector<std::uint32_t> rows{0, 1, 50, 99, 100};
  source.get_rows("tokens", {101, 37}, rows);
  source.get("output.weight", {37, 8});
  source.get("query.bias", {8});
  CHECK(source.draws() == (101 * 37 + 16) + 4 * (4 * 37 + 4) + (37 * 8 + 37));
}

TEST_CASE("asking in another order gives the same numbers") {
  const TorchRandom forward(small_model(), 5);
  const TorchRandom backward(small_model(), 5);
  const Values last = row(forward, 101, 37, 100);
  const Values weight = values(forward.get("query.weight", {8, 37}).floats());
  CHECK(values(backward.get("query.weight", {8, 37}).floats()) == weight);
  CHECK(row(backward, 101, 37, 100) == last);
  CHECK(values(backward.get("tokens", {101, 37}).floats()).size() == 101 * 37);
  CHECK(row(backward, 101, 37, 100) == last);
}

TEST_CASE("rows of a Linear's weight can be asked for") {
  const TorchRandom source(small_model(), 5);
  const std::vector<std::uint32_t> rows{1, 6};
  const Tensor picked = source.get_rows("key.weight", {8, 37}, rows);
  const auto whole = source.get("key.weight", {8, 37}).floats();
  CHECK(values(picked.as<float>().first(37)) == values(whole.subspan(37, 37)));
  CHECK(values(picked.as<float>().last(37)) == values(whole.subspan(6 * 37, 37)));
}

TEST_CASE("views stay where they are when more is asked for") {
  const TorchRandom source(small_model(), 5);
  const TensorView embedding = source.get("tokens", {101, 37});
  const TensorView weight = source.get("key.weight", {8, 37});
  source.get("output.bias", {37});
  CHECK(source.get("tokens", {101, 37}).floats().data() == embedding.floats().data());
  CHECK(source.get("key.weight", {8, 37}).floats().data() == weight.floats().data());
}

TEST_CASE("the memory of the Linears is known before they are made") {
  const std::size_t bytes = TorchRandom(small_model(), 5).linear_bytes();
  const std::size_t numbers = 2 * (8 * 37 + 8) + 37 * 8 + 37;
  CHECK(bytes >= 4 * numbers);
  CHECK(bytes <= 4 * numbers + 6 * 64);  // six tensors, each up to a cache line longer
  CHECK(TorchRandom({RandomEmbedding{"tokens", 3, 5}}, 5).linear_bytes() == 0);
}

TEST_CASE("an unknown tensor is refused with the names there are") {
  const TorchRandom source(small_model(), 5);
  CHECK_THROWS_WITH_AS(source.get("quary.weight", {8, 37}),
                       "random weights: no tensor 'quary.weight' (did you mean 'query.weight'?); there are: "
                       "key.bias, key.weight, output.bias, output.weight, query.bias, query.weight, tokens",
                       Error);
}

TEST_CASE("another shape is refused with wanted and found") {
  const TorchRandom source(small_model(), 5);
  const std::vector<std::uint32_t> rows{1};
  CHECK_THROWS_WITH_AS(
      source.get("query.weight", {8, 36}),
      "random weights: tensor 'query.weight' is 8x37, but 8x36 is wanted; check the sizes of the model",
      Error);
  CHECK_THROWS_WITH_AS(
      source.get_rows("tokens", {100, 37}, rows),
      "random weights: tensor 'tokens' is 101x37, but 100x37 is wanted; check the sizes of the model", Error);
}

TEST_CASE("sizes that 64 bits cannot count are refused") {
  constexpr std::size_t half = std::size_t{1} << 32;
  const auto refused = [](const RandomModule& module) {
    try {
      const TorchRandom source({module}, 0);
    } catch (const Error& error) {
      return error.status() == Status::limit;
    }
    return false;
  };
  CHECK(refused(RandomEmbedding{"tokens", half, half}));
  CHECK(refused(RandomEmbedding{"tokens", 1, std::numeric_limits<std::size_t>::max()}));
  CHECK(refused(RandomLinear{"output", half, 0, 1, half}));
}
