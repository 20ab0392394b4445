#include "kernel/product.h"

#include <algorithm>
#include <cassert>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/product.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The idea: a token is a lane, and a number of the matrix is broadcast to all lanes, so it may lie anywhere
// and nothing is packed. Of C rows x V vectors of sums in registers, each step along the depth loads V
// vectors and C numbers for C x V fused multiply-adds: 12 x 2 where there are 32 registers, 6 x 2 where there
// are 16. Loops over C and V must be unrolled early, or the sums live in memory.
#define MHA_UNROLL _Pragma("GCC unroll 16")

#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL || HWY_ARCH_ARM_A64
constexpr std::size_t tile_rows = 12;
#else
constexpr std::size_t tile_rows = 6;
#endif

/// Keeps the compiler from deriving the pointer from others, for which it spends registers.
template <class T>
HWY_INLINE T* apart(T* pointer) {
  asm("" : "+r"(pointer));
  return pointer;
}

/// C rows that are each contiguous along the depth. Three rows share a pointer, so that all fit the
/// registers.
template <std::size_t C>
class Rows {
 public:
  HWY_INLINE Rows(const Product& task, std::size_t row, std::size_t k) : stride_(task.row_stride) {
    MHA_UNROLL for (std::size_t g = 0; g < groups; ++g) {
      first_[g] = apart(task.matrix + (row + 3 * g) * stride_ + k);
    }
  }
  HWY_INLINE float at(std::size_t c, std::size_t step) const { return first_[c / 3][c % 3 * stride_ + step]; }
  HWY_INLINE void advance(std::size_t steps) {
    MHA_UNROLL for (std::size_t g = 0; g < groups; ++g) first_[g] += steps;
  }
  /// Asks for the next cache line of the rows that follow these.
  HWY_INLINE void prefetch() const {
    MHA_UNROLL for (std::size_t c = 0; c < C; ++c) {
      __builtin_prefetch(first_[c / 3] + (C + c % 3) * stride_, 0, 2);
    }
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
  HWY_INLINE float at(std::size_t c, std::size_t step) const { return first_[c + step * stride_]; }
  HWY_INLINE void advance(std::size_t steps) { first_ += steps * stride_; }
  HWY_INLINE void prefetch() const {}

 private:
  const float* first_;
  std::size_t stride_;
};

/// C rows x V vectors of the output, from `lane` of row `row` on.
template <std::size_t C, std::size_t V, template <std::size_t> class Matrix, class D>
HWY_NOINLINE void tile(D d, const Product& task, std::size_t row, std::size_t lane) {
  constexpr std::size_t steps = 4, line = 16;
  const std::size_t lanes = hn::Lanes(d), width = task.width;
  float* HWY_RESTRICT out = task.out + row * width + lane;

  for (std::size_t begin = 0; begin < task.depth; begin += product_chain) {
    const std::size_t end = std::min(task.depth, begin + product_chain);
    hn::Vec<D> sums[C][V];
    MHA_UNROLL for (std::size_t c = 0; c < C; ++c) {
      MHA_UNROLL for (std::size_t v = 0; v < V; ++v) sums[c][v] = hn::Zero(d);
    }
    const float* HWY_RESTRICT in = task.in + begin * width + lane;
    Matrix<C> matrix(task, row, begin);
    const auto step = [&](std::size_t s) HWY_ATTR __attribute__((always_inline)) {
      hn::Vec<D> x[V];
      MHA_UNROLL for (std::size_t v = 0; v < V; ++v) x[v] = hn::Load(d, in + s * width + v * lanes);
      MHA_UNROLL for (std::size_t c = 0; c < C; ++c) {
        const auto factor = hn::Set(d, matrix.at(c, s));
        MHA_UNROLL for (std::size_t v = 0; v < V; ++v) sums[c][v] = hn::MulAdd(x[v], factor, sums[c][v]);
      }
    };
    std::size_t k = begin;
    while (k + steps <= end) {
      if (task.prefetch) matrix.prefetch();
      for (const std::size_t stop = std::min(end, k + line); k + steps <= stop; k += steps) {
        MHA_UNROLL for (std::size_t s = 0; s < steps; ++s) step(s);
        matrix.advance(steps);
        in += steps * width;
      }
    }
    for (; k < end; ++k) {
      step(0);
      matrix.advance(1);
      in += width;
    }

    const bool first = begin == 0 && !task.accumulate, last = end == task.depth;
    float* place = apart(out);
    const float* bias = last && task.bias != nullptr ? apart(task.bias + row) : nullptr;
    MHA_UNROLL for (std::size_t c = 0; c < C; ++c, place += width) {
      MHA_UNROLL for (std::size_t v = 0; v < V; ++v) {
        auto sum = sums[c][v];
        if (!first) sum = hn::Add(hn::Load(d, place + v * lanes), sum);
        if (last && task.scale != 1.0F) sum = hn::Mul(sum, hn::Set(d, task.scale));
        if (bias != nullptr) sum = hn::Add(sum, hn::Set(d, bias[c]));
        hn::Store(sum, d, place + v * lanes);
      }
    }
  }
}

/// The rows that are left, fewer than a tile.
template <std::size_t C, std::size_t V, template <std::size_t> class Matrix, class D>
HWY_INLINE void last_tile(D d, const Product& task, std::size_t row, std::size_t lane) {
  if constexpr (C > 0) {
    if (task.rows - row == C) return tile<C, V, Matrix>(d, task, row, lane);
    last_tile<C - 1, V, Matrix>(d, task, row, lane);
  }
}

template <std::size_t V, template <std::size_t> class Matrix, class D>
HWY_NOINLINE void all_tiles(D d, const Product& task) {
  for (std::size_t lane = 0; lane < task.width; lane += V * hn::Lanes(d)) {
    std::size_t row = 0;
    for (; row + tile_rows <= task.rows; row += tile_rows) tile<tile_rows, V, Matrix>(d, task, row, lane);
    last_tile<tile_rows - 1, V, Matrix>(d, task, row, lane);
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
