// PyTorch's random numbers as a source of weights: a model as its constructors leave it after
// torch.manual_seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "checkpoint/tensor_source.h"
#include "checkpoint/torch_normal.h"

namespace mha {

/// nn.Embedding(rows, columns): tensor `name` [rows, columns], normal with mean 0 and deviation 1.
struct RandomEmbedding {
  std::string name;
  std::size_t rows, columns;
};

/// nn.Linear(columns, rows): rows [first_row, first_row + rows) of `name`.weight [stacked_rows, columns] and
/// of `name`.bias [stacked_rows], uniform between -1/sqrt(columns) and 1/sqrt(columns). The Linears of one
/// name agree in stacked_rows and columns, and together fill each row once: so separate Linears of the heads
/// come out as the one matrix that a checkpoint has.
struct RandomLinear {
  std::string name;
  std::size_t stacked_rows, first_row, rows, columns;
};

/// nn.RMSNorm(features): tensor `name` [features] of ones, for which nothing is drawn.
struct RandomNorm {
  std::string name;
  std::size_t features;
};

using RandomModule = std::variant<RandomEmbedding, RandomLinear, RandomNorm>;

/// The weights that a PyTorch program has after torch.manual_seed(seed) and the construction of modules, bit
/// for bit: CPU, float32, PyTorch 2.15. Only what is asked for is made: of an embedding the rows wanted; the
/// Linears all at once, with the first of them. Asking in the order of construction (rows ascending, then
/// Linears) walks the stream once; another order gives the same numbers and starts the stream anew.
///
/// Not thread-safe: the source keeps its place in the stream and the tensors it made.
class TorchRandom : public TensorSource {
 public:
  /// `order`: the modules in the order in which the program constructs them; no size is zero. Any seed of
  /// torch.manual_seed will do: a negative one counts as seed + 2^64, and of all only the low 32 bits matter.
  /// Throws Error(limit) if 64 bits cannot count the bytes of a tensor or the numbers drawn.
  TorchRandom(const std::vector<RandomModule>& order, std::uint64_t seed);

  /// An embedding is made whole; prefer get_rows. Throws Error(data) for an unknown name or another shape.
  TensorView get(std::string_view name, const Shape& expected) const override;

  Tensor get_rows(std::string_view name, const Shape& expected,
                  std::span<const std::uint32_t> rows) const override;

  /// Nothing: numbers that are made would have to be made again.
  void let_go(std::string_view /*name*/) const override {}

  std::optional<std::string> stored_name(std::string_view name) const override {
    return shapes_.contains(name) ? std::optional(std::string(name)) : std::nullopt;
  }
  std::vector<std::string_view> names() const override;

  /// Memory that the weights and biases of all Linears take, in bytes, each of them on cache lines of its
  /// own; taken with the first of them.
  std::size_t linear_bytes() const noexcept { return linear_floats_ * sizeof(float); }

  /// Draws skipped and taken so far: the cost of what was asked for.
  std::uint64_t draws() const noexcept { return stream_.work(); }

 private:
  /// A Linear's place in the stream: its weight, row by row, then its bias.
  struct PlacedLinear {
    RandomLinear linear;
    std::uint64_t first_draw;
  };

  void reserve(const std::string& name, const Shape& shape);
  void place(const RandomEmbedding& embedding);
  void place(const RandomLinear& linear);
  void place(const RandomNorm& norm);
  /// Error(data) unless there is a tensor `name` of shape `expected`.
  void check(std::string_view name, const Shape& expected) const;
  bool is_made(std::string_view name) const;
  TensorView made(std::string_view name) const;
  void make_embedding(std::string_view name) const;
  void make_linears() const;

  template <class T>
  using ByName = std::map<std::string, T, std::less<>>;

  ByName<Shape> shapes_;
  ByName<TorchNormal> embeddings_;
  ByName<Buffer<float>> norms_;
  std::vector<PlacedLinear> linears_;  ///< in stream order
  ByName<std::size_t> offsets_;        ///< of the Linears' tensors in their memory, in floats
  std::size_t linear_floats_ = 0;
  std::uint64_t end_ = 0;  ///< draws of all modules
  std::optional<std::uint64_t> left_over_;

  mutable TorchStream stream_;
  mutable ByName<Buffer<float>> made_embeddings_;
  mutable Buffer<float> made_linears_;  ///< of all: one large block is had faster than many
};

}  // namespace mha
