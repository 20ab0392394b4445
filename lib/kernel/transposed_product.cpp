#include "kernel/transposed_product.h"

#include <algorithm>

#include "kernel/blocks.h"
#include "kernel/cache.h"
#include "kernel/dot_product.h"
#include "kernel/product.h"
#include "kernel/widen.h"

namespace mha::kernel {
namespace {

constexpr std::size_t narrowest = 8;

/// Columns that are held: filled up with zeros to whole lanes.
std::size_t held_columns(const TransposedProduct& task) {
  return (task.columns + narrowest - 1) / narrowest * narrowest;
}

/// Rows [begin, end) of the matrix.
struct Chain {
  std::size_t begin, end;
};

/// Asks for the columns of a row, or of what lies behind the last.
void prefetch(const TransposedProduct& task, std::size_t row) {
  const std::size_t size = bytes_of(task.matrix.type);
  const std::byte* place = task.matrix.data + (row * task.matrix.shape[1] + task.first) * size;
  for (std::size_t i = 0; i < task.columns * size; i += cache_line * sizeof(float)) {
    __builtin_prefetch(place + i, 0, 2);
  }
}

/// The columns of these rows as floats, [rows][held columns].
void bring_near(const TransposedProduct& task, const Chain& chain, std::span<float> room) {
  constexpr std::size_t rows_ahead = 8;
  const std::size_t all = task.matrix.shape[1], held = held_columns(task);
  for (std::size_t k = chain.begin; k < chain.end; ++k, room = room.subspan(held)) {
    prefetch(task, k + rows_ahead);
    widen(task.matrix, k * all + task.first, room.first(task.columns));
    std::fill(room.begin() + static_cast<std::ptrdiff_t>(task.columns),
              room.begin() + static_cast<std::ptrdiff_t>(held), 0.0F);
  }
}

/// Calls use(first, width) for the columns in groups that fill lanes.
template <class Use>
void each_group(std::size_t columns, Use use) {
  std::size_t width = max_width;
  for (std::size_t first = 0; first < columns; first += width) {
    while (width > columns - first) width /= 2;
    use(first, width);
  }
}

/// Adds the products of one sequence with these rows to its sums: those of a group of columns,
/// [count][width], behind those of the groups before.
void add_chain(const TransposedProduct& task, const Chain& chain, const FewTokens& tokens, const float* near,
               float* sums) {
  const std::size_t held = held_columns(task);
  each_group(held, [&](std::size_t first, std::size_t width) {
    product({.in = near + first,
             .width = width,
             .in_stride = held,
             .depth = chain.end - chain.begin,
             .matrix = tokens.rows + chain.begin,
             .row_stride = dot_stride(task.matrix.shape[0]),
             .depth_stride = 1,
             .rows = tokens.count,
             .accumulate = chain.begin > 0,
             .out = sums + first * tokens.count});
  });
}

void write(const TransposedProduct& task, const FewTokens& tokens, const float* sums) {
  if (tokens.count < tokens.width) std::fill_n(tokens.out, task.columns * tokens.width, 0.0F);
  each_group(held_columns(task), [&](std::size_t first, std::size_t width) {
    const std::size_t end = std::min(task.columns, first + width);
    for (std::size_t c = first; c < end; ++c) {
      float* out = tokens.out + c * tokens.width;
      const float* own = sums + first * tokens.count + (c - first);
      for (std::size_t t = 0; t < tokens.count; ++t) {
        out[t] = task.bias == nullptr ? own[t * width] : own[t * width] + task.bias[c];
      }
    }
  });
}

}  // namespace

void transposed_product(const TransposedProduct& task) {
  thread_local Buffer<float> near, sums;
  const std::size_t held = held_columns(task), each = held * few_tokens, depth = task.matrix.shape[0];
  if (near.size() < product_chain * held) near = Buffer<float>::uninitialised(product_chain * held);
  if (sums.size() < each * task.sequences.size()) {
    sums = Buffer<float>::uninitialised(each * task.sequences.size());
  }
  for (std::size_t begin = 0; begin < depth; begin += product_chain) {
    const Chain chain{begin, std::min(depth, begin + product_chain)};
    bring_near(task, chain, near.span());
    for (std::size_t i = 0; i < task.sequences.size(); ++i) {
      add_chain(task, chain, task.sequences[i], near.data(), sums.data() + i * each);
    }
  }
  for (std::size_t i = 0; i < task.sequences.size(); ++i) {
    write(task, task.sequences[i], sums.data() + i * each);
  }
}

}  // namespace mha::kernel
