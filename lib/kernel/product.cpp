#include "kernel/product.h"

#include <algorithm>
#include <cassert>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/product.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernel/cache.h"
#include "kernel/unroll.h"

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The idea: a token is a lane, and a number of the matrix is broadcast to all lanes, so it may lie anywhere
// and nothing is packed. Of C rows x V vectors of sums in registers, each step along the depth loads V
// vectors and C numbers for C x V fused multiply-adds: up to 14 x 2 where there are 32 registers, 6 x 2 where
// there are 16.

#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL || HWY_ARCH_ARM_A64
constexpr std::size_t most_rows = 14;
#else
constexpr std::size_t most_rows = 6;
#endif

/// Rows of a tile at most. Of more that compete for the same lines of the cache each line is gone before its
/// next number is needed, and a quarter of the speed with it.
std::size_t most_rows_of(const Product& task) {
  return task.row_stride % cache_stride == 0 ? std::min(most_rows, cache_ways) : most_rows;
}

/// Keeps the compiler from deriving the pointer from others, for which it spends registers, and from holding
/// what it points to in vector registers, whence it comes back only when the products before are done.
template <class T>
HWY_INLINE T* apart(T* pointer) {
  asm volatile("" : "+r"(pointer));
  return pointer;
}

/// How one goes through what is needed next, line by line, since a processor drops some of many at once:
/// bytes from a step to the next, and besides behind every cache_line steps.
struct Fetch {
  std::ptrdiff_t step, turn;
};

/// One chain of terms of some lanes, for all rows: what tiles have in common. Worked out once, since what a
/// tile does before its first product is time that the units may stand still.
struct Chain {
  const float* in;
  std::size_t in_stride;
  const float* matrix;  ///< of row 0
  std::size_t row_stride, depth_stride, segment_stride;
  std::size_t depth, segment;  ///< terms, and how many of them to where the matrix goes on elsewhere
  std::size_t run;             ///< terms between turns of the fetch
  NextMatrix next;             ///< of row 0, from this chain's terms on
  Fetch fetch;
  const float* bias;  ///< of row 0, in the last chain only
  float* out;         ///< of row 0
  std::size_t width;
  bool adds;  ///< to what is there
};

/// C rows that are each contiguous along the depth. Three rows share a pointer, so that all fit the
/// registers.
template <std::size_t C>
class Rows {
 public:
  HWY_INLINE Rows(const float* first, const Chain& chain) : stride_(chain.row_stride) {
    MHA_UNROLL for (std::size_t g = 0; g < groups; ++g) first_[g] = apart(first + 3 * g * stride_);
  }
  HWY_INLINE float at(std::size_t c) const { return first_[c / 3][c % 3 * stride_]; }
  HWY_INLINE void advance() { MHA_UNROLL for (std::size_t g = 0; g < groups; ++g) first_[g] += 1; }

 private:
  static constexpr std::size_t groups = (C + 2) / 3;
  const float* first_[groups];
  std::size_t stride_;
};

/// C rows that lie side by side: a step along the depth is a stride.
template <std::size_t C>
class Columns {
 public:
  HWY_INLINE Columns(const float* first, const Chain& chain) : first_(first), stride_(chain.depth_stride) {}
  HWY_INLINE float at(std::size_t c) const { return first_[c]; }
  HWY_INLINE void advance() { first_ += stride_; }

 private:
  const float* first_;
  std::size_t stride_;
};

/// Adds `steps` terms, and asks for a line at each if it `fetches`.
template <bool fetches, std::size_t C, std::size_t V, class Matrix, class D>
HWY_INLINE void add_terms(D d, std::size_t steps, const Chain& chain, const float* HWY_RESTRICT& in,
                          Matrix& matrix, const std::byte*& line, hn::Vec<D> (&sums)[C][V]) {
  const std::size_t in_stride = chain.in_stride;
  const std::ptrdiff_t line_step = chain.fetch.step;
  for (; steps != 0; --steps) {
    if constexpr (fetches) {
      __builtin_prefetch(line, 0, 2);
      line = apart(line + line_step);
    }
    hn::Vec<D> x[V];
    MHA_UNROLL for (std::size_t v = 0; v < V; ++v) x[v] = hn::LoadU(d, in + v * hn::Lanes(d));
    MHA_UNROLL for (std::size_t c = 0; c < C; ++c) {
      const auto factor = hn::Set(d, matrix.at(c));
      MHA_UNROLL for (std::size_t v = 0; v < V; ++v) sums[c][v] = hn::MulAdd(x[v], factor, sums[c][v]);
    }
    matrix.advance();
    in += in_stride;
  }
}

/// Adds a chain of C rows from `row` on x V vectors to the output.
template <std::size_t C, std::size_t V, template <std::size_t> class Matrix, class D>
HWY_NOINLINE void tile(D d, const Chain& chain, std::size_t row) {
  const std::size_t lanes = hn::Lanes(d);
  hn::Vec<D> sums[C][V];
  MHA_UNROLL for (std::size_t c = 0; c < C; ++c) {
    MHA_UNROLL for (std::size_t v = 0; v < V; ++v) sums[c][v] = hn::Zero(d);
  }
  const Chain* common = apart(&chain);
  const float* HWY_RESTRICT in = common->in;
  const float* place = common->matrix + row * common->row_stride;
  const std::byte* soon = common->next.data + row * common->next.row_stride;
  for (std::size_t left = common->depth;;) {
    Matrix<C> matrix(place, *common);
    const std::byte* line = soon;
    for (std::size_t rest = std::min(left, common->segment); rest != 0;) {
      common = apart(common);
      const std::size_t steps = std::min(rest, common->run);
      rest -= steps;
      left -= steps;
      if (common->next.data == nullptr) {
        add_terms<false>(d, steps, *common, in, matrix, line, sums);
      } else {
        add_terms<true>(d, steps, *common, in, matrix, line, sums);
        line += common->fetch.turn;
      }
    }
    common = apart(common);
    if (left == 0) break;
    place += common->segment_stride;
    soon += common->next.segment_stride;
  }

  const std::size_t width = common->width;
  const bool adds = common->adds;
  float* HWY_RESTRICT out = apart(common->out + row * width);
  const float* bias = common->bias == nullptr ? nullptr : apart(common->bias + row);
  MHA_UNROLL for (std::size_t c = 0; c < C; ++c, out += width) {
    MHA_UNROLL for (std::size_t v = 0; v < V; ++v) {
      auto sum = sums[c][v];
      if (adds) sum = hn::Add(hn::Load(d, out + v * lanes), sum);
      if (bias != nullptr) sum = hn::Add(sum, hn::Set(d, bias[c]));
      hn::Store(sum, d, out + v * lanes);
    }
  }
}

template <class D>
using Tile = void (*)(D, const Chain&, std::size_t);

/// That of `count` rows, 1 to C.
template <std::size_t C, std::size_t V, template <std::size_t> class Matrix, class D>
Tile<D> tile_of(std::size_t count) {
  if constexpr (C > 1) {
    if (count < C) return tile_of<C - 1, V, Matrix, D>(count);
  }
  return tile<C, V, Matrix, D>;
}

/// Of rows that are contiguous along the depth, as many as there are steps in a turn are asked for, a line
/// each, and then their next lines; of columns side by side, the line that they share at each step.
Fetch fetch_of(const Product& task) {
  const auto row = static_cast<std::ptrdiff_t>(task.next.row_stride);
  const auto depth = static_cast<std::ptrdiff_t>(task.next.depth_stride);
  if (task.depth_stride != 1) return {depth, 0};
  return {row, static_cast<std::ptrdiff_t>(cache_line) * (depth - row)};
}
static_assert(most_rows <= cache_line);

/// The chain of depths from `begin` on.
Chain chain_of(const Product& task, std::size_t lane, std::size_t begin) {
  const std::size_t in_stride = task.in_stride == 0 ? task.width : task.in_stride;
  const std::size_t end = std::min(task.depth, begin + product_chain);
  const bool whole = task.segment_stride == 0, last = end == task.depth;
  const std::size_t segment = begin / product_segment;
  NextMatrix next = task.next;
  if (next.data != nullptr)
    next.data += next.segment_stride == 0 ? begin * next.depth_stride : segment * next.segment_stride;
  return {.in = task.in + begin * in_stride + lane,
          .in_stride = in_stride,
          .matrix = task.matrix + (whole ? begin * task.depth_stride : segment * task.segment_stride),
          .row_stride = task.row_stride,
          .depth_stride = task.depth_stride,
          .segment_stride = task.segment_stride,
          .depth = end - begin,
          .segment = whole ? end - begin : product_segment,
          .run = next.data == nullptr ? product_chain : cache_line,
          .next = next,
          .fetch = fetch_of(task),
          .bias = last ? task.bias : nullptr,
          .out = task.out + lane,
          .width = task.width,
          .adds = begin != 0 || task.accumulate};
}
static_assert(product_chain % product_segment == 0);

/// The rows in tiles of nearly the same height: a low one has too few sums to keep the units busy. All of
/// them use a chain's depths of the tokens (16 KiB at width 32) while these are in the first-level cache.
template <std::size_t V, template <std::size_t> class Matrix, class D>
HWY_NOINLINE void all_tiles(D d, const Product& task) {
  const std::size_t most = most_rows_of(task), tiles = (task.rows + most - 1) / most;
  if (tiles == 0) return;
  const std::size_t height = task.rows / tiles, taller = task.rows % tiles;
  const Tile<D> low = tile_of<most_rows, V, Matrix, D>(height);
  const Tile<D> tall = taller == 0 ? low : tile_of<most_rows, V, Matrix, D>(height + 1);
  for (std::size_t lane = 0; lane < task.width; lane += V * hn::Lanes(d)) {
    for (std::size_t begin = 0; begin < task.depth; begin += product_chain) {
      const Chain chain = chain_of(task, lane, begin);
      std::size_t row = 0;
      for (std::size_t i = 0; i < taller; ++i, row += height + 1) tall(d, chain, row);
      for (; row < task.rows; row += height) low(d, chain, row);
    }
  }
}

template <template <std::size_t> class Matrix>
void run_on(const Product& task) {
  const hn::ScalableTag<float> full;
  const hn::CappedTag<float, 16> sixteen;
  const hn::CappedTag<float, 8> eight;
  if (task.width == 8) {
    hn::Lanes(eight) == 8 ? all_tiles<1, Matrix>(eight, task) : all_tiles<2, Matrix>(eight, task);
  } else if (task.width == 16) {
    hn::Lanes(sixteen) == 16 ? all_tiles<1, Matrix>(sixteen, task) : all_tiles<2, Matrix>(sixteen, task);
  } else {
    all_tiles<2, Matrix>(full, task);
  }
}

void run(const Product& task) {
  assert(task.depth_stride == 1 || task.row_stride == 1);
  task.depth_stride == 1 ? run_on<Rows>(task) : run_on<Columns>(task);
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(run);
void product(const Product& task) { HWY_DYNAMIC_DISPATCH(run)(task); }

}  // namespace mha::kernel
#endif
