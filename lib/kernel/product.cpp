#include "kernel/product.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/product.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Accumulators stay in registers: 12 rows x 2 vectors where there are 32 registers, 6 x 2 where there are 16.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL || HWY_ARCH_ARM_A64
constexpr std::size_t tile_rows = 12;
#else
constexpr std::size_t tile_rows = 6;
#endif

/// Adds one chain, k in [begin, end), for rows [row, row + C) and the lanes of V vectors from `lane` on.
template <std::size_t C, std::size_t V, class D>
HWY_INLINE void add_chain(D d, const Product& task, std::size_t row, std::size_t lane, std::size_t begin,
                          std::size_t end) {
  const std::size_t lanes = hn::Lanes(d);
  const float* HWY_RESTRICT in = task.in + lane;
  const float* HWY_RESTRICT matrix = task.matrix + row * task.row_stride;

  hn::Vec<D> sums[C][V];
  for (std::size_t c = 0; c < C; ++c) {
    for (std::size_t v = 0; v < V; ++v) sums[c][v] = hn::Zero(d);
  }
  for (std::size_t k = begin; k < end; ++k) {
    hn::Vec<D> x[V];
    for (std::size_t v = 0; v < V; ++v) x[v] = hn::Load(d, in + k * task.width + v * lanes);
    for (std::size_t c = 0; c < C; ++c) {
      const auto weight = hn::Set(d, matrix[c * task.row_stride + k * task.depth_stride]);
      for (std::size_t v = 0; v < V; ++v) sums[c][v] = hn::MulAdd(x[v], weight, sums[c][v]);
    }
  }
  const bool first = begin == 0 && !task.accumulate;
  for (std::size_t c = 0; c < C; ++c) {
    for (std::size_t v = 0; v < V; ++v) {
      float* place = task.out + (row + c) * task.width + lane + v * lanes;
      hn::Store(first ? sums[c][v] : hn::Add(hn::Load(d, place), sums[c][v]), d, place);
    }
  }
}

template <std::size_t C, std::size_t V, class D>
HWY_INLINE void tile(D d, const Product& task, std::size_t row, std::size_t lane) {
  for (std::size_t begin = 0; begin < task.depth; begin += product_chain) {
    add_chain<C, V>(d, task, row, lane, begin, std::min(task.depth, begin + product_chain));
  }
  if (task.bias == nullptr && task.scale == 1.0F) return;
  const auto scale = hn::Set(d, task.scale);
  for (std::size_t c = 0; c < C; ++c) {
    const auto bias = hn::Set(d, task.bias != nullptr ? task.bias[row + c] : 0.0F);
    for (std::size_t v = 0; v < V; ++v) {
      float* place = task.out + (row + c) * task.width + lane + v * hn::Lanes(d);
      const auto scaled = hn::Mul(hn::Load(d, place), scale);
      hn::Store(task.bias != nullptr ? hn::Add(scaled, bias) : scaled, d, place);
    }
  }
}

/// The rows that are left, fewer than a tile.
template <std::size_t C, std::size_t V, class D>
HWY_INLINE void last_tile(D d, const Product& task, std::size_t row, std::size_t lane) {
  if constexpr (C > 0) {
    if (task.rows - row == C) return tile<C, V>(d, task, row, lane);
    last_tile<C - 1, V>(d, task, row, lane);
  }
}

template <std::size_t V, class D>
HWY_INLINE void all_tiles(D d, const Product& task) {
  for (std::size_t lane = 0; lane < task.width; lane += V * hn::Lanes(d)) {
    std::size_t row = 0;
    for (; row + tile_rows <= task.rows; row += tile_rows) tile<tile_rows, V>(d, task, row, lane);
    last_tile<tile_rows - 1, V>(d, task, row, lane);
  }
}

void run(const Product& task) {
  const hn::ScalableTag<float> full;
  const hn::CappedTag<float, 16> sixteen;
  const hn::CappedTag<float, 8> eight;
  if (task.width == 8) {
    hn::Lanes(eight) == 8 ? all_tiles<1>(eight, task) : all_tiles<2>(eight, task);
  } else if (task.width == 16) {
    hn::Lanes(sixteen) == 16 ? all_tiles<1>(sixteen, task) : all_tiles<2>(sixteen, task);
  } else {
    all_tiles<2>(full, task);
  }
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(run);
void product(const Product& task) { HWY_DYNAMIC_DISPATCH(run)(task); }

}  // namespace mha::kernel
#endif
