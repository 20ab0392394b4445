#include "kernel/dot_product.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/dot_product.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The idea: features lie in the lanes, so that no lane is idle however few the tokens are, and a line of the
// matrix is loaded once for N of them: C rows x N tokens of sums in registers need C + N loads for C x N
// fused multiply-adds. What it costs is to add the 16 lanes of each sum in the end.
#define MHA_UNROLL _Pragma("GCC unroll 16")

constexpr hn::CappedTag<float, dot_lanes> lanes_tag;
using Lanes = decltype(lanes_tag);
constexpr std::size_t vector_lanes = hn::MaxLanes(lanes_tag);
/// Vectors that make up the 16 lanes.
constexpr std::size_t parts = dot_lanes / vector_lanes;

// 24 sums where there are 32 registers of 16 lanes; else 6 sums of `parts` registers.
constexpr bool wide = parts == 1;
constexpr std::size_t most_tokens = wide ? 8 : 3;

/// Rows at once for so many tokens; all of them divide 48.
constexpr std::size_t rows_for(std::size_t tokens) {
  if (wide) return tokens >= 7 ? 3 : tokens >= 5 ? 4 : tokens >= 3 ? 6 : 8;
  return tokens == 3 ? 2 : tokens == 2 ? 3 : 6;
}

/// Keeps the compiler from loading the vector anew wherever it is used: with a load each, the multiply-adds
/// wait.
template <class V>
HWY_INLINE void keep([[maybe_unused]] V& vector) {
#if HWY_ARCH_X86 && HWY_COMPILER_GCC_ACTUAL && HWY_TARGET != HWY_SCALAR  // clang cannot take it, nor needs it
  asm("" : "+v"(vector.raw));
#endif
}

#if HWY_TARGET == HWY_SCALAR

/// The sums of 16 numbers each, four times.
HWY_INLINE void add_lanes(const float* lanes, float* sums) {
  for (std::size_t i = 0; i < 4; ++i, lanes += dot_lanes) {
    float rest[dot_lanes];
    std::copy_n(lanes, dot_lanes, rest);
    for (std::size_t half = dot_lanes / 2; half > 0; half /= 2) {
      for (std::size_t lane = 0; lane < half; ++lane) rest[lane] += rest[lane + half];
    }
    sums[i] = rest[0];
  }
}

#else

HWY_INLINE void add_lanes(const float* lanes, float* sums) {
  const hn::FixedTag<float, 4> d;
  // Lanes 0, 4, 8, 12 of each become one; those of four sums then lie in four vectors.
  const auto fours = [&](const float* at) HWY_ATTR {
    return hn::Add(hn::Add(hn::Load(d, at), hn::Load(d, at + 8)),
                   hn::Add(hn::Load(d, at + 4), hn::Load(d, at + 12)));
  };
  const auto halves = [&](auto one, auto other) HWY_ATTR {
    return hn::Add(hn::InterleaveLower(d, one, other), hn::InterleaveUpper(d, one, other));
  };
  const auto a = fours(lanes), b = fours(lanes + 16), c = fours(lanes + 32), e = fours(lanes + 48);
  hn::Store(halves(halves(a, c), halves(b, e)), d, sums);
}

#endif

/// C rows from `row` on for N tokens from `token` on.
template <std::size_t C, std::size_t N>
HWY_NOINLINE void tile(const DotProduct& task, std::size_t row, std::size_t token) {
  const Lanes d;
  const float* HWY_RESTRICT matrix = task.matrix + row * task.row_stride;
  const float* HWY_RESTRICT x = task.tokens + token * task.token_stride;
  const std::size_t row_stride = task.row_stride, token_stride = task.token_stride;

  hn::Vec<Lanes> sums[C][N][parts];
  MHA_UNROLL for (std::size_t c = 0; c < C; ++c) {
    MHA_UNROLL for (std::size_t n = 0; n < N; ++n) {
      MHA_UNROLL for (std::size_t p = 0; p < parts; ++p) sums[c][n][p] = hn::Zero(d);
    }
  }
  const auto add = [&](const float* rows, std::size_t stride, const float* tokens) HWY_ATTR
      __attribute__((always_inline)) {
    MHA_UNROLL for (std::size_t p = 0; p < parts; ++p) {
      hn::Vec<Lanes> weights[C];
      MHA_UNROLL for (std::size_t c = 0; c < C; ++c) {
        weights[c] = hn::LoadU(d, rows + c * stride + p * vector_lanes);
      }
      MHA_UNROLL for (std::size_t n = 0; n < N; ++n) {
        auto values = hn::LoadU(d, tokens + n * token_stride + p * vector_lanes);
        keep(values);
        MHA_UNROLL for (std::size_t c = 0; c < C; ++c) {
          sums[c][n][p] = hn::MulAdd(values, weights[c], sums[c][n][p]);
        }
      }
    }
  };
  std::size_t k = 0;
  for (; k + dot_lanes <= task.depth; k += dot_lanes) {
    // The rows after the next: often the weights come from memory and are used once.
    MHA_UNROLL for (std::size_t c = 0; c < C; ++c) {
      __builtin_prefetch(matrix + (2 * C + c) * row_stride + k, 0, 2);
    }
    add(matrix + k, row_stride, x + k);
  }
  if (k < task.depth) {
    float rest[C * dot_lanes] = {};
    for (std::size_t c = 0; c < C; ++c) {
      std::copy_n(matrix + c * row_stride + k, task.depth - k, rest + c * dot_lanes);
    }
    add(rest, dot_lanes, x + k);
  }

  constexpr std::size_t padded = (C * N + 3) / 4 * 4;
  HWY_ALIGN float lanes[padded * dot_lanes] = {};
  HWY_ALIGN float results[padded];
  MHA_UNROLL for (std::size_t c = 0; c < C; ++c) {
    MHA_UNROLL for (std::size_t n = 0; n < N; ++n) {
      MHA_UNROLL for (std::size_t p = 0; p < parts; ++p) {
        hn::Store(sums[c][n][p], d, lanes + (c * N + n) * dot_lanes + p * vector_lanes);
      }
    }
  }
  for (std::size_t i = 0; i < padded; i += 4) add_lanes(lanes + i * dot_lanes, results + i);
  for (std::size_t c = 0; c < C; ++c) {
    const float bias = task.bias == nullptr ? 0.0F : task.bias[row + c];
    float* out = task.out + (row + c) * task.width + token;
    for (std::size_t n = 0; n < N; ++n) out[n] = results[c * N + n] + bias;
  }
}

/// `count` tokens, 1 to N, in tiles of C rows.
template <std::size_t C, std::size_t N>
HWY_INLINE void tile_of(std::size_t count, const DotProduct& task, std::size_t row, std::size_t token) {
  if (count == N) return tile<C, N>(task, row, token);
  if constexpr (N > 1) tile_of<C, N - 1>(count, task, row, token);
}

/// All tokens in groups of nearly the same size, the largest of which has N. A group stays in the nearest
/// cache while all rows pass by.
template <std::size_t N>
void all_tiles(const DotProduct& task) {
  constexpr std::size_t C = rows_for(N);
  const std::size_t groups = (task.count + N - 1) / N;
  for (std::size_t g = 0; g < groups; ++g) {
    const std::size_t token = g * task.count / groups, end = (g + 1) * task.count / groups;
    std::size_t row = 0;
    for (; row + C <= task.rows; row += C) tile_of<C, N>(end - token, task, row, token);
    for (; row < task.rows; ++row) tile_of<1, N>(end - token, task, row, token);
  }
}

template <std::size_t N>
void run_with(std::size_t largest, const DotProduct& task) {
  if (largest == N) return all_tiles<N>(task);
  if constexpr (N > 1) run_with<N - 1>(largest, task);
}

void run(const DotProduct& task) {
  const std::size_t groups = (task.count + most_tokens - 1) / most_tokens;
  run_with<most_tokens>((task.count + groups - 1) / groups, task);
  for (std::size_t row = 0; row < task.rows; ++row) {
    std::fill(task.out + row * task.width + task.count, task.out + (row + 1) * task.width, 0.0F);
  }
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(run);
void dot_product(const DotProduct& task) { HWY_DYNAMIC_DISPATCH(run)(task); }

}  // namespace mha::kernel
#endif
