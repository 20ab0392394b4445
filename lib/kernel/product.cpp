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

/// Keeps the compiler from deriving the pointer from others, for which it spends registers.
template <class T>
HWY_INLINE T* apart(T* pointer) {
  asm("" : "+r"(pointer));
  return pointer;
}

/// Where the number of row 0 at k lies, for rows that are contiguous along the depth.
HWY_INLINE const float* start_of(const Product& task, std::size_t k) {
  if (task.segment_stride == 0) return task.matrix + k;
  return task.matrix + k / product_segment * task.segment_stride + k % product_segment;
}

/// C rows that are each contiguous along the depth. Three rows share a pointer, so that all fit the
/// registers.
template <std::size_t C>
class Rows {
 public:
  HWY_INLINE Rows(const Product& task, std::size_t row, std::size_t k) : stride_(task.row_stride) {
    MHA_UNROLL for (std::size_t g = 0; g < groups; ++g) {
      first_[g] = apart(start_of(task, k) + (row + 3 * g) * stride_);
    }
  }
  HWY_INLINE float at(std::size_t c) const { return first_[c / 3][c % 3 * stride_]; }
  HWY_INLINE void advance() { MHA_UNROLL for (std::size_t g = 0; g < groups; ++g) first_[g] += 1; }
  /// Asks for what is needed soon beside the next cache_line steps, from `place` on, and gives where that of
  /// the steps behind lies.
  HWY_INLINE static const std::byte* fetch(const std::byte* place, const NextMatrix& next) {
    const std::size_t stride = next.row_stride;
    MHA_UNROLL for (std::size_t c = 0; c < C; ++c) __builtin_prefetch(place + c * stride, 0, 2);
    return place + cache_line * next.depth_stride;
  }

 private:
  static constexpr std::size_t groups = (C + 2) / 3;
  const float* first_[groups];
  std::size_t stride_;
};

/// C rows that lie side by side: a step along the depth is a stride.
template <std::size_t C>
class Columns {
 public:
  HWY_INLINE Columns(const Product& task, std::size_t row, std::size_t k)
      : first_(task.matrix + row + k * task.depth_stride), stride_(task.depth_stride) {}
  HWY_INLINE float at(std::size_t c) const { return first_[c]; }
  HWY_INLINE void advance() { first_ += stride_; }
  /// As that of Rows.
  HWY_INLINE static const std::byte* fetch(const std::byte* place, const NextMatrix& next) {
    const std::size_t stride = next.depth_stride;
    for (std::size_t k = 0; k < cache_line; ++k, place += stride) __builtin_prefetch(place, 0, 2);
    return place;
  }

 private:
  const float* first_;
  std::size_t stride_;
};

/// A part of a task: rows from `row` on, lanes from `lane` on, one chain over depths [begin, end).
struct Part {
  std::size_t row, lane, begin, end;
};

/// Where what is needed next lies beside row `row` at depth k.
HWY_INLINE const std::byte* place_of(const NextMatrix& next, std::size_t row, std::size_t k) {
  const std::byte* place = next.data + row * next.row_stride;
  if (next.segment_stride == 0) return place + k * next.depth_stride;
  return place + k / product_segment * next.segment_stride + k % product_segment * next.depth_stride;
}

/// Adds a part of C rows x V vectors to the output.
template <std::size_t C, std::size_t V, template <std::size_t> class Matrix, class D>
HWY_NOINLINE void tile(D d, const Product& task, const Part& part) {
  const std::size_t lanes = hn::Lanes(d), width = task.width;
  const std::size_t in_stride = task.in_stride == 0 ? width : task.in_stride;
  const std::size_t segment = task.segment_stride == 0 ? task.depth : product_segment;
  float* HWY_RESTRICT out = task.out + part.row * width + part.lane;

  hn::Vec<D> sums[C][V];
  MHA_UNROLL for (std::size_t c = 0; c < C; ++c) {
    MHA_UNROLL for (std::size_t v = 0; v < V; ++v) sums[c][v] = hn::Zero(d);
  }
  const float* HWY_RESTRICT in = task.in + part.begin * in_stride + part.lane;
  const bool fetches = task.next.data != nullptr;
  for (std::size_t k = part.begin; k < part.end;) {
    Matrix<C> matrix(task, part.row, k);
    const std::byte* soon = place_of(task.next, part.row, k);
    const std::size_t stop = std::min(part.end, k + segment);
    while (k < stop) {
      const std::size_t pause = fetches ? std::min(stop, k + cache_line) : stop;
      if (fetches) soon = Matrix<C>::fetch(soon, task.next);
      _Pragma("GCC unroll 4") for (; k < pause; ++k) {
        hn::Vec<D> x[V];
        MHA_UNROLL for (std::size_t v = 0; v < V; ++v) x[v] = hn::LoadU(d, in + v * lanes);
        MHA_UNROLL for (std::size_t c = 0; c < C; ++c) {
          const auto factor = hn::Set(d, matrix.at(c));
          MHA_UNROLL for (std::size_t v = 0; v < V; ++v) sums[c][v] = hn::MulAdd(x[v], factor, sums[c][v]);
        }
        matrix.advance();
        in += in_stride;
      }
    }
  }

  const bool first = part.begin == 0 && !task.accumulate, last = part.end == task.depth;
  float* place = apart(out);
  const float* bias = last && task.bias != nullptr ? apart(task.bias + part.row) : nullptr;
  MHA_UNROLL for (std::size_t c = 0; c < C; ++c, place += width) {
    MHA_UNROLL for (std::size_t v = 0; v < V; ++v) {
      auto sum = sums[c][v];
      if (!first) sum = hn::Add(hn::Load(d, place + v * lanes), sum);
      if (bias != nullptr) sum = hn::Add(sum, hn::Set(d, bias[c]));
      hn::Store(sum, d, place + v * lanes);
    }
  }
}

/// `count` rows, 1 to C.
template <std::size_t C, std::size_t V, template <std::size_t> class Matrix, class D>
HWY_INLINE void tile_of(std::size_t count, D d, const Product& task, const Part& part) {
  if (count == C) return tile<C, V, Matrix>(d, task, part);
  if constexpr (C > 1) tile_of<C - 1, V, Matrix>(count, d, task, part);
}

/// The rows in tiles of nearly the same height: a low one has too few sums to keep the units busy. All of
/// them use a chain's depths of the tokens (16 KiB at width 32) while these are in the first-level cache.
template <std::size_t V, template <std::size_t> class Matrix, class D>
HWY_NOINLINE void all_tiles(D d, const Product& task) {
  const std::size_t height = most_rows_of(task), tiles = (task.rows + height - 1) / height;
  for (std::size_t lane = 0; lane < task.width; lane += V * hn::Lanes(d)) {
    for (std::size_t begin = 0; begin < task.depth; begin += product_chain) {
      const std::size_t end = std::min(task.depth, begin + product_chain);
      for (std::size_t i = 0; i < tiles; ++i) {
        const std::size_t row = i * task.rows / tiles, next = (i + 1) * task.rows / tiles;
        tile_of<most_rows, V, Matrix>(next - row, d, task, {row, lane, begin, end});
      }
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
