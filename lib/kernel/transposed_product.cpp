#include "kernel/transposed_product.h"

#include <algorithm>

#include "kernel/dot_product.h"
#include "kernel/product.h"
#include "kernel/transposed_chain.h"
#include "kernel/widen.h"

namespace mha::kernel {
namespace {

/// Columns that are held: whole vectors of any instruction set.
std::size_t held_columns(const TransposedProduct& task) { return whole_lanes(task.columns); }

/// The chain behind depth `end`, else the first of the columns behind these.
NextRows next_of(const TransposedProduct& task, std::size_t end) {
  const std::size_t depth = task.matrix.shape[0], all = task.matrix.shape[1],
                    size = bytes_of(task.matrix.type);
  const bool behind = end == depth;
  const std::size_t row = behind ? 0 : end, first = behind ? task.first + task.columns : task.first;
  if (first + task.columns > all) return {};
  return {task.matrix.data + (row * all + first) * size, std::min(depth - row, product_chain),
          task.columns * size, all * size};
}

void write(const TransposedProduct& task, const FewTokens& tokens, const float* sums) {
  if (tokens.count < tokens.width) std::fill_n(tokens.out, task.columns * tokens.width, 0.0F);
  const std::size_t held = held_columns(task);
  for (std::size_t c = 0; c < task.columns; ++c) {
    float* out = tokens.out + c * tokens.width;
    for (std::size_t t = 0; t < tokens.count; ++t) {
      const float sum = sums[t * held + c];
      out[t] = task.bias == nullptr ? sum : sum + task.bias[c];
    }
  }
}

}  // namespace

void transposed_product(const TransposedProduct& task) {
  thread_local Buffer<float> near, sums;
  const std::size_t held = held_columns(task), each = held * few_tokens;
  const std::size_t depth = task.matrix.shape[0], all = task.matrix.shape[1];
  const bool taken = takes_stored(task.matrix.type);
  const ElementType type = taken ? task.matrix.type : ElementType::float32;
  if (!taken && near.size() < product_chain * held) near = Buffer<float>::uninitialised(product_chain * held);
  if (sums.size() < each * task.sequences.size()) {
    sums = Buffer<float>::uninitialised(each * task.sequences.size());
  }
  TransposedChain chain{.type = type,
                        .stride = (taken ? all : task.columns) * bytes_of(type),
                        .columns = task.columns,
                        .token_stride = dot_stride(depth),
                        .sums_stride = held};
  for (std::size_t begin = 0; begin < depth; begin += product_chain) {
    chain.depth = std::min(product_chain, depth - begin);
    chain.accumulate = begin > 0;
    if (taken) {
      chain.matrix = task.matrix.data + (begin * all + task.first) * bytes_of(task.matrix.type);
      chain.next = next_of(task, begin + chain.depth);
    } else {
      widen(task.matrix, {begin * all + task.first, chain.depth, task.columns, all}, near.span());
      chain.matrix = reinterpret_cast<const std::byte*>(near.data());
    }
    for (std::size_t i = 0; i < task.sequences.size(); ++i) {
      chain.tokens = task.sequences[i].rows + begin;
      chain.count = task.sequences[i].count;
      chain.sums = sums.data() + i * each;
      transposed_chain(chain);
      chain.next = {};  // the first has asked for it
    }
  }
  for (std::size_t i = 0; i < task.sequences.size(); ++i) {
    write(task, task.sequences[i], sums.data() + i * each);
  }
}

}  // namespace mha::kernel
