// How much a picture can show.
#include "base/error.h"
#include "base/shape.h"
#include "report/files.h"

namespace mha {
namespace {

/// An .svg of more is slow to open, and larger than 15 MB.
constexpr std::size_t most_vectors = 1'000'000;
constexpr std::size_t most_cells = 16'000'000;

struct CellLimit {
  std::string_view extension;
  std::size_t most;
  std::string_view instead;
};

void check_cells(std::span<const TensorKey> keys, const Dimensions& dimensions, const CellLimit& limit) {
  std::size_t left = limit.most;
  for (const TensorKey& key : keys) {
    const Shape shape = key.tensor->shape_of(dimensions);
    const std::size_t cells = element_count(shape);
    if (cells > left) {
      fail(Status::limit,
           "a {} draws up to {} numbers, and {} is {}: choose fewer layers, heads or texts, or {}",
           limit.extension, limit.most, key.key, to_string(shape), limit.instead);
    }
    left -= cells;
  }
}

}  // namespace

void check_svg(std::span<const TensorKey> keys, const Dimensions& dimensions) {
  check_cells(keys, dimensions, {".svg", most_vectors, "save a .png"});
}

void check_png(std::span<const TensorKey> keys, const Dimensions& dimensions) {
  check_cells(keys, dimensions, {".png", most_cells, "save a .safetensors"});
}

}  // namespace mha
