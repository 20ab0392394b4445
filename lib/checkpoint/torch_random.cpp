#include "checkpoint/torch_random.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "base/error.h"
#include "base/nearest.h"

namespace mha {
namespace {

std::uint64_t checked_end(std::uint64_t first, std::uint64_t draws) {
  std::uint64_t end = 0;
  if (__builtin_add_overflow(first, draws, &end)) {
    fail(Status::limit, "random weights: more numbers than 64 bits can count; give smaller sizes");
  }
  return end;
}

Tensor uninitialised(const Shape& shape) {
  return {shape, Buffer<float>::uninitialised(element_count(shape))};
}

TensorView view(const Tensor& tensor) { return {tensor.shape, tensor.as<float>()}; }

/// Rows of a matrix [?, columns].
Tensor picked_rows(const Tensor& matrix, std::span<const std::uint32_t> rows) {
  const std::size_t columns = matrix.shape[1];
  Tensor result = uninitialised({rows.size(), columns});
  for (auto out = result.as<float>().begin(); std::uint32_t row : rows) {
    out = std::ranges::copy(matrix.as<float>().subspan(row * columns, columns), out).out;
  }
  return result;
}

}  // namespace

TorchRandom::TorchRandom(std::vector<RandomModule> order, std::uint64_t seed) : stream_(seed) {
  for (const RandomModule& module : order) {
    std::visit([this](const auto& placed) { place(placed); }, module);
  }
}

void TorchRandom::place(const RandomEmbedding& embedding) {
  const std::size_t count = checked_product(embedding.rows, embedding.columns, "random embedding");
  checked_product(count, sizeof(float), "bytes of a random embedding");
  assert(count != 0 && !shapes_.contains(embedding.name));
  const TorchNormal call{end_, count, left_over_};
  end_ = checked_end(end_, call.draws());
  left_over_ = call.leaves();
  shapes_[embedding.name] = {embedding.rows, embedding.columns};
  embeddings_.emplace(embedding.name, call);
}

void TorchRandom::place(const RandomLinear& linear) {
  assert(linear.rows != 0 && linear.columns != 0 && linear.first_row + linear.rows <= linear.stacked_rows);
  const Shape shape{linear.stacked_rows, linear.columns};
  element_count(shape);  // throws where the whole cannot be counted
  [[maybe_unused]] const auto known = shapes_.try_emplace(linear.name + ".weight", shape).first;
  assert(known->second == shape);
  shapes_[linear.name + ".bias"] = {linear.stacked_rows};
  linears_.push_back({linear, end_});
  end_ = checked_end(checked_end(end_, linear.rows * linear.columns), linear.rows);
}

void TorchRandom::check(std::string_view name, const Shape& expected) const {
  const auto found = shapes_.find(name);
  if (found == shapes_.end()) {
    std::vector<std::string_view> names;
    for (const auto& [known, shape] : shapes_) names.push_back(known);
    fail(Status::data, "random weights: no tensor '{}'{}; there are: {}", name, did_you_mean(name, names),
         fmt::join(names, ", "));
  }
  if (found->second != expected) {
    fail(Status::data, "random weights: tensor '{}' is {}, but {} is wanted; check the sizes of the model",
         name, to_string(found->second), to_string(expected));
  }
}

TensorView TorchRandom::get(std::string_view name, const Shape& expected) const {
  check(name, expected);
  if (embeddings_.contains(name)) return view(whole_embedding(name));
  if (!made_.contains(name)) make_linears();
  return view(made_.find(name)->second);
}

Tensor TorchRandom::get_rows(std::string_view name, const Shape& expected,
                             std::span<const std::uint32_t> rows) const {
  assert(expected.size() == 2);
  check(name, expected);
  const auto embedding = embeddings_.find(name);
  if (embedding == embeddings_.end()) get(name, expected);
  if (const auto made = made_.find(name); made != made_.end()) return picked_rows(made->second, rows);

  const std::size_t columns = expected[1];
  Tensor result = uninitialised({rows.size(), columns});
  TorchNormalReader reader(stream_, embedding->second);
  for (auto rest = result.as<float>(); std::uint32_t row : rows) {
    assert(row < expected[0]);
    reader.read(row * columns, rest.first(columns));
    rest = rest.subspan(columns);
  }
  return result;
}

const Tensor& TorchRandom::whole_embedding(std::string_view name) const {
  if (const auto made = made_.find(name); made != made_.end()) return made->second;
  Tensor all = uninitialised(shapes_.find(name)->second);
  TorchNormalReader(stream_, embeddings_.find(name)->second).read(0, all.as<float>());
  return made_.emplace(name, std::move(all)).first->second;
}

void TorchRandom::make_linears() const {
  ByName<Tensor> made;
  const auto tensor = [&](const std::string& name) {
    auto known = made.find(name);
    if (known == made.end()) known = made.emplace(name, uninitialised(shapes_.find(name)->second)).first;
    return known->second.as<float>();
  };
  for (const auto& [linear, first_draw] : linears_) {
    const std::span weight = tensor(linear.name + ".weight");
    const std::span bias = tensor(linear.name + ".bias");
    // Linear's reset_parameters (torch/nn/modules/linear.py): kaiming_uniform_ with a = sqrt(5) comes to the
    // same float as the bias's 1 / sqrt(fan_in).
    const auto bound = static_cast<float>(1.0 / std::sqrt(static_cast<double>(linear.columns)));
    const std::size_t begin = linear.first_row * linear.columns;
    kernel::MersenneTwister& engine = stream_.at(first_draw);
    engine.uniform(weight.subspan(begin, linear.rows * linear.columns), -bound, bound);
    engine.uniform(bias.subspan(linear.first_row, linear.rows), -bound, bound);
  }
  made_.merge(made);
}

std::size_t TorchRandom::linear_bytes() const {
  std::uint64_t count = 0;
  for (const PlacedLinear& placed : linears_) {
    count += placed.linear.rows * placed.linear.columns + placed.linear.rows;
  }
  return checked_product(count, sizeof(float), "bytes of random weights");
}

}  // namespace mha
