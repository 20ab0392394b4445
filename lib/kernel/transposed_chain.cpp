#include "kernel/transposed_chain.h"

#include <algorithm>
#include <cassert>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/transposed_chain.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernel/cache.h"
#include "kernel/dot_product.h"
#include "kernel/product.h"
#include "kernel/stored-inl.h"
#include "kernel/unroll.h"
#include "kernel/widen.h"

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The idea: columns lie in the lanes, so that rows are read as they lie, and a number of a token is broadcast
// to all of them: N tokens x V vectors of sums in registers need N + V loads for N x V fused multiply-adds.
// Meanwhile the rows of the chain behind are asked for, one after the other as they lie in memory.

constexpr hn::CappedTag<float, 16> lanes_tag;
constexpr std::size_t lanes = hn::MaxLanes(lanes_tag);

/// Vectors of columns for so many tokens, as registers allow: 24 sums where there are 32, else 12.
constexpr std::size_t vectors_for(std::size_t tokens) {
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL || HWY_ARCH_ARM_A64
  return tokens <= 2 ? 8 : tokens <= 4 ? 6 : tokens <= 6 ? 4 : 3;
#else
  return tokens == 1 ? 8 : std::max<std::size_t>(1, 12 / tokens);
#endif
}

/// What to ask for: as many lines at a step as are used, row by row.
class Ahead {
 public:
  Ahead(const NextRows& rows, std::size_t first_row) : rows_(rows), row_(first_row) {}

  template <std::size_t bytes>
  HWY_INLINE void step() {
    if (row_ >= rows_.count) return;
    const std::byte* place = rows_.data + row_ * rows_.stride + at_;
    MHA_UNROLL for (std::size_t i = 0; i < bytes; i += cache_line * sizeof(float))
        __builtin_prefetch(place + i, 0, 2);
    at_ += bytes;
    if (at_ < rows_.bytes) return;
    at_ = 0;
    ++row_;
  }

 private:
  const NextRows& rows_;
  std::size_t row_, at_ = 0;
};

/// Adds N tokens times V vectors of columns, which lie at `matrix`, to the sums.
template <class Stored, std::size_t N, std::size_t V>
HWY_NOINLINE void tile(const TransposedChain& task, const std::byte* matrix, std::size_t stride, float* sums,
                       Ahead ahead) {
  const auto d = lanes_tag;
  hn::Vec<decltype(d)> own[N][V];
  MHA_UNROLL for (std::size_t n = 0; n < N; ++n) {
    MHA_UNROLL for (std::size_t v = 0; v < V; ++v) own[n][v] = hn::Zero(d);
  }
  const float* HWY_RESTRICT tokens = task.tokens;
  const std::size_t token_stride = task.token_stride;
  for (std::size_t k = 0; k < task.depth; ++k, matrix += stride) {
    ahead.step<V * lanes * sizeof(Stored)>();
    hn::Vec<decltype(d)> columns[V];
    MHA_UNROLL for (std::size_t v = 0; v < V; ++v) {
      columns[v] = LoadStored<Stored>(d, matrix + v * lanes * sizeof(Stored));
    }
    MHA_UNROLL for (std::size_t n = 0; n < N; ++n) {
      const auto factor = hn::Set(d, tokens[n * token_stride + k]);
      MHA_UNROLL for (std::size_t v = 0; v < V; ++v) own[n][v] = hn::MulAdd(columns[v], factor, own[n][v]);
    }
  }
  MHA_UNROLL for (std::size_t n = 0; n < N; ++n, sums += task.sums_stride) {
    MHA_UNROLL for (std::size_t v = 0; v < V; ++v) {
      const auto sum = task.accumulate ? hn::Add(hn::LoadU(d, sums + v * lanes), own[n][v]) : own[n][v];
      hn::StoreU(sum, d, sums + v * lanes);
    }
  }
}

/// All columns: V vectors at a time, then one, then what is left, filled up with zeros.
template <class Stored, std::size_t N>
void all_columns(const TransposedChain& task) {
  constexpr std::size_t V = vectors_for(N), size = sizeof(Stored);
  const std::size_t groups = std::max<std::size_t>(1, task.columns / (V * lanes));
  std::size_t column = 0;
  for (std::size_t g = 0; column + V * lanes <= task.columns; ++g, column += V * lanes) {
    tile<Stored, N, V>(task, task.matrix + column * size, task.stride, task.sums + column,
                       Ahead(task.next, g * task.next.count / groups));
  }
  const NextRows nothing;
  for (; column + lanes <= task.columns; column += lanes) {
    tile<Stored, N, 1>(task, task.matrix + column * size, task.stride, task.sums + column, Ahead(nothing, 0));
  }
  if (column == task.columns) return;
  std::byte rest[product_chain * lanes * size] = {};  // 0 in every type
  for (std::size_t k = 0; k < task.depth; ++k) {
    std::copy_n(task.matrix + k * task.stride + column * size, (task.columns - column) * size,
                rest + k * lanes * size);
  }
  tile<Stored, N, 1>(task, rest, lanes * size, task.sums + column, Ahead(nothing, 0));
}

template <class Stored, std::size_t N = few_tokens>
void run_with(const TransposedChain& task) {
  if (task.count == N) return all_columns<Stored, N>(task);
  if constexpr (N > 1) run_with<Stored, N - 1>(task);
}

void run(const TransposedChain& task) {
  if (task.type == ElementType::float32) return run_with<float>(task);
  if (task.type == ElementType::bfloat16) return run_with<hwy::bfloat16_t>(task);
  if constexpr (widens_float16) return run_with<hwy::float16_t>(task);
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(run);
void transposed_chain(const TransposedChain& task) {
  assert(takes_stored(task.type) && task.depth <= product_chain && 0 < task.count &&
         task.count <= few_tokens);
  HWY_DYNAMIC_DISPATCH(run)(task);
}

}  // namespace mha::kernel
#endif
