#include "checkpoint/torch_random.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

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

/// Rows of a matrix [?, columns].
Tensor picked_rows(const TensorView& matrix, std::span<const std::uint32_t> rows) {
  const std::size_t columns = matrix.shape[1];
  Tensor result = uninitialised({rows.size(), columns});
  for (auto out = result.as<float>().begin(); std::uint32_t row : rows) {
    out = std::ranges::copy(matrix.floats().subspan(row * columns, columns), out).out;
  }
  return result;
}

}  // namespace

TorchRandom::TorchRandom(const std::vector<RandomModule>& order, std::uint64_t seed) : stream_(seed) {
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

/// Gives a tensor of a Linear its place in memory, each on a cache line of its own. A name that is there
/// already has the same shape.
void TorchRandom::reserve(const std::string& name, const Shape& shape) {
  const auto [known, is_new] = shapes_.try_emplace(name, shape);
  assert(known->second == shape);
  if (!is_new) return;
  offsets_[name] = linear_floats_;
  constexpr std::size_t line = 16;
  const std::size_t lines = element_count(shape) / line + 1;
  const std::size_t end = checked_end(linear_floats_, checked_product(lines, line, "random weights"));
  checked_product(end, sizeof(float), "bytes of random weights");
  linear_floats_ = end;
}

void TorchRandom::place(const RandomLinear& linear) {
  assert(linear.rows != 0 && linear.columns != 0 && linear.first_row + linear.rows <= linear.stacked_rows);
  reserve(linear.name + ".weight", {linear.stacked_rows, linear.columns});
  reserve(linear.name + ".bias", {linear.stacked_rows});
  linears_.push_back({linear, end_});
  end_ = checked_end(checked_end(end_, linear.rows * linear.columns), linear.rows);
}

void TorchRandom::place(const RandomNorm& norm) {
  shapes_[norm.name] = {norm.features};
  auto ones = Buffer<float>::uninitialised(norm.features);
  std::ranges::fill(ones.span(), 1.0F);
  norms_.emplace(norm.name, std::move(ones));
}

std::vector<std::string_view> TorchRandom::names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, shape] : shapes_) names.push_back(name);
  return names;
}

void TorchRandom::check(std::string_view name, const Shape& expected) const {
  const auto found = shapes_.find(name);
  if (found == shapes_.end()) {
    fail(Status::data, "random weights: no tensor '{}'{}; there are: {}", name, did_you_mean(name, names()),
         fmt::join(names(), ", "));
  }
  if (found->second != expected) {
    fail(Status::data, "random weights: tensor '{}' is {}, but {} is wanted; check the sizes of the model",
         name, to_string(found->second), to_string(expected));
  }
}

TensorView TorchRandom::get(std::string_view name, const Shape& expected) const {
  check(name, expected);
  if (const auto norm = norms_.find(name); norm != norms_.end()) return {expected, norm->second.span()};
  if (!is_made(name)) {
    if (embeddings_.contains(name)) {
      make_embedding(name);
    } else {
      make_linears();
    }
  }
  return made(name);
}

Tensor TorchRandom::get_rows(std::string_view name, const Shape& expected,
                             std::span<const std::uint32_t> rows) const {
  assert(expected.size() == 2);
  check(name, expected);
  const auto embedding = embeddings_.find(name);
  if (embedding == embeddings_.end() || is_made(name)) return picked_rows(get(name, expected), rows);

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

bool TorchRandom::is_made(std::string_view name) const {
  return embeddings_.contains(name) ? made_embeddings_.contains(name) : made_linears_.size() != 0;
}

TensorView TorchRandom::made(std::string_view name) const {
  const Shape& shape = shapes_.find(name)->second;
  if (embeddings_.contains(name)) return {shape, made_embeddings_.find(name)->second.span()};
  return {shape, made_linears_.span().subspan(offsets_.find(name)->second, element_count(shape))};
}

void TorchRandom::make_embedding(std::string_view name) const {
  const TorchNormal& call = embeddings_.find(name)->second;
  auto all = Buffer<float>::uninitialised(call.count);
  TorchNormalReader(stream_, call).read(0, all.span());
  made_embeddings_.emplace(name, std::move(all));
}

void TorchRandom::make_linears() const {
  auto memory = Buffer<float>::uninitialised(linear_floats_);
  const auto part = [&](const std::string& name, std::size_t begin, std::size_t size) {
    return memory.span().subspan(offsets_.find(name)->second + begin, size);
  };
  for (const auto& [linear, first_draw] : linears_) {
    const auto& [name, stacked_rows, first_row, rows, columns] = linear;
    // Linear's reset_parameters (torch/nn/modules/linear.py): kaiming_uniform_ with a = sqrt(5) comes to the
    // same float as the bias's 1 / sqrt(fan_in).
    const auto bound = static_cast<float>(1.0 / std::sqrt(static_cast<double>(columns)));
    kernel::MersenneTwister& engine = stream_.at(first_draw);
    engine.uniform(part(name + ".weight", first_row * columns, rows * columns), -bound, bound);
    engine.uniform(part(name + ".bias", first_row, rows), -bound, bound);
  }
  made_linears_ = std::move(memory);
}

}  // namespace mha
