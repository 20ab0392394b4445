#include "kernel/dot_product.h"

#include <algorithm>
#include <cassert>
#include <iterator>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/dot_product.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernel/stored-inl.h"
#include "kernel/unroll.h"
#include "kernel/widen.h"

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The idea: features lie in the lanes, so that no lane is idle however few the tokens are, and a line of the
// matrix is loaded once for N of them: C rows x N tokens of sums in registers need C + N loads for C x N
// fused multiply-adds. What it costs is to add the 16 lanes of each sum in the end.

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

/// The 16 lanes of a sum, in vectors.
using Sum = hn::Vec<Lanes>[parts];

#if HWY_TARGET == HWY_SCALAR

/// The lanes of each sum added up.
template <std::size_t count>
HWY_INLINE void add_lanes(const Sum (&sums)[count], float* results) {
  for (std::size_t i = 0; i < count; ++i) {
    float rest[dot_lanes];
    for (std::size_t lane = 0; lane < dot_lanes; ++lane) rest[lane] = hn::GetLane(sums[i][lane]);
    for (std::size_t half = dot_lanes / 2; half > 0; half /= 2) {
      for (std::size_t lane = 0; lane < half; ++lane) rest[lane] += rest[lane + half];
    }
    results[i] = rest[0];
  }
}

#else

/// A sum of 16 lanes in the lanes of one vector: lanes i and i + 8, then i and i + 4 where these are vectors.
HWY_INLINE hn::Vec<Lanes> add_parts(const Sum& sum) {
  if constexpr (parts == 4)
    return hn::Add(hn::Add(sum[0], sum[2]), hn::Add(sum[1], sum[3]));
  else if constexpr (parts == 2)
    return hn::Add(sum[0], sum[1]);
  else
    return sum[0];
}

/// Adds lanes i and i + `apart` of two vectors of sums, each of which has twice as many lanes, into one
/// vector of both.
template <std::size_t apart, class V>
HWY_INLINE V add_apart(V a, V b) {
  const Lanes d;
  if constexpr (apart < 4) {
    return hn::Add(hn::InterleaveLower(d, a, b), hn::InterleaveUpper(d, a, b));
  } else if constexpr (2 * apart == vector_lanes) {
    return hn::Add(hn::ConcatLowerLower(d, b, a), hn::ConcatUpperUpper(d, b, a));
  } else {
    return hn::Add(hn::OddEvenBlocks(hn::SwapAdjacentBlocks(b), a),
                   hn::OddEvenBlocks(b, hn::SwapAdjacentBlocks(a)));
  }
}

/// From `count` vectors, of sums of twice `apart` lanes each, to vectors of sums of one lane, in place.
template <std::size_t apart, std::size_t count, class V>
HWY_INLINE void add_down(V* vectors) {
  if constexpr (apart > 0) {
    constexpr std::size_t half = (count + 1) / 2;
    MHA_UNROLL for (std::size_t i = 0; i < half; ++i) {
      const V other = 2 * i + 1 < count ? vectors[2 * i + 1] : hn::Zero(Lanes());
      vectors[i] = add_apart<apart>(vectors[2 * i], other);
    }
    add_down<apart / 2, half>(vectors);
  }
}

/// Which of the sums that go into one vector comes out in a lane: the bits of its number the other way round.
constexpr std::size_t sum_in(std::size_t lane) {
  std::size_t sum = 0;
  for (std::size_t bit = 1; bit < vector_lanes; bit *= 2, lane /= 2) sum = 2 * sum + lane % 2;
  return sum;
}

/// The lanes of each sum added up: lanes i and i + 8, of these i and i + 4, and so on. results[i] is sum i.
template <std::size_t count>
HWY_INLINE void add_lanes(const Sum (&sums)[count], float* results) {
  const Lanes d;
  hn::Vec<Lanes> vectors[count];
  MHA_UNROLL for (std::size_t i = 0; i < count; ++i) vectors[i] = add_parts(sums[i]);
  add_down<vector_lanes / 2, count>(vectors);
  HWY_ALIGN float lanes[(count + vector_lanes - 1) / vector_lanes * vector_lanes];
  MHA_UNROLL for (std::size_t i = 0; i < std::size(lanes); i += vector_lanes) {
    hn::Store(vectors[i / vector_lanes], d, lanes + i);
  }
  // The order of bits is its own inverse.
  MHA_UNROLL for (std::size_t i = 0; i < count; ++i) {
    results[i] = lanes[i / vector_lanes * vector_lanes + sum_in(i % vector_lanes)];
  }
}

#endif

/// results [C][N] = what the segments before have left in `out`, plus results.
template <std::size_t C, std::size_t N>
void add_before(const float* out, std::size_t width, float* results) {
  for (std::size_t c = 0; c < C; ++c) {
    for (std::size_t n = 0; n < N; ++n) results[c * N + n] = out[c * width + n] + results[c * N + n];
  }
}

/// Where a tile lies: its first row and token, and the segment of the depth.
struct Place {
  std::size_t row, token;
  std::size_t begin, end;
  const std::byte* needed_next;  ///< what of the matrix is worth fetching meanwhile
};

/// C rows and N tokens there.
template <class Stored, std::size_t C, std::size_t N>
HWY_NOINLINE void tile(const DotProduct& task, const Place& place) {
  const Lanes d;
  constexpr std::size_t size = sizeof(Stored);
  const std::size_t row_stride = task.row_stride * size, token_stride = task.token_stride;
  const std::byte* matrix = task.matrix + place.row * row_stride;
  const float* HWY_RESTRICT x = task.tokens + place.token * token_stride;

  Sum sums[C * N];  // row by row
  MHA_UNROLL for (std::size_t i = 0; i < C * N; ++i) {
    MHA_UNROLL for (std::size_t p = 0; p < parts; ++p) sums[i][p] = hn::Zero(d);
  }
  const auto add = [&](const std::byte* rows, std::size_t stride, const float* tokens) HWY_ATTR
      __attribute__((always_inline)) {
    MHA_UNROLL for (std::size_t p = 0; p < parts; ++p) {
      // The fewer of both stay in registers, the others are loaded one by one.
      const std::byte* const row = rows + p * vector_lanes * size;
      const float* const token = tokens + p * vector_lanes;
      hn::Vec<Lanes> near[std::min(C, N)];
      if constexpr (N < C) {
        MHA_UNROLL for (std::size_t n = 0; n < N; ++n) near[n] = hn::LoadU(d, token + n * token_stride);
        MHA_UNROLL for (std::size_t c = 0; c < C; ++c) {
          auto values = LoadStored<Stored>(d, row + c * stride);
          keep(values);
          MHA_UNROLL for (std::size_t n = 0; n < N; ++n) {
            sums[c * N + n][p] = hn::MulAdd(values, near[n], sums[c * N + n][p]);
          }
        }
      } else {
        MHA_UNROLL for (std::size_t c = 0; c < C; ++c) near[c] = LoadStored<Stored>(d, row + c * stride);
        MHA_UNROLL for (std::size_t n = 0; n < N; ++n) {
          auto values = hn::LoadU(d, token + n * token_stride);
          keep(values);
          MHA_UNROLL for (std::size_t c = 0; c < C; ++c) {
            sums[c * N + n][p] = hn::MulAdd(values, near[c], sums[c * N + n][p]);
          }
        }
      }
    }
  };
  const std::byte* const ahead = place.needed_next - place.begin * size;
  std::size_t k = place.begin;
  for (; k + dot_lanes <= place.end; k += dot_lanes) {
    MHA_UNROLL for (std::size_t c = 0; c < C; ++c) {
      __builtin_prefetch(ahead + c * row_stride + k * size, 0, 2);
    }
    add(matrix + k * size, row_stride, x + k);
  }
  if (k < place.end) {
    std::byte rest[C * dot_lanes * size] = {};  // 0 in every type
    for (std::size_t c = 0; c < C; ++c) {
      std::copy_n(matrix + c * row_stride + k * size, (place.end - k) * size, rest + c * dot_lanes * size);
    }
    add(rest, dot_lanes * size, x + k);
  }

  float results[C * N];
  add_lanes(sums, results);
  float* out = task.out + place.row * task.width + place.token;
  if (place.begin > 0) add_before<C, N>(out, task.width, results);
  const float* bias = place.end == task.depth && task.bias != nullptr ? task.bias + place.row : nullptr;
  for (std::size_t c = 0; c < C; ++c, out += task.width) {
    const float addend = bias == nullptr ? 0.0F : bias[c];
    for (std::size_t n = 0; n < N; ++n) out[n] = results[c * N + n] + addend;
  }
}

/// `count` tokens, N or one less, in tiles of C rows.
template <class Stored, std::size_t C, std::size_t N>
HWY_INLINE void tile_of(std::size_t count, const DotProduct& task, const Place& place) {
  if (count == N) return tile<Stored, C, N>(task, place);
  if constexpr (N > 1) tile<Stored, C, N - 1>(task, place);
}

/// Rows [place.row, row_end) for a segment of tokens [place.token, token_end).
template <class Stored, std::size_t C, std::size_t N>
void some_rows(const DotProduct& task, std::size_t row_end, std::size_t token_end, Place place) {
  // Often the weights come from memory and are used once. Two tiles ahead: further on in this segment, else
  // where the next begins, or, behind the last, rows that somebody is about to take.
  const auto needed_at = [&](std::size_t row) {
    if (row < task.rows) return task.matrix + (row * task.row_stride + place.begin) * sizeof(Stored);
    const std::size_t next = place.end == task.depth ? task.rows * task.row_stride : place.end;
    return task.matrix + ((row - task.rows) * task.row_stride + next) * sizeof(Stored);
  };
  for (; place.row + C <= row_end; place.row += C) {
    place.needed_next = needed_at(place.row + 2 * C);
    tile_of<Stored, C, N>(token_end - place.token, task, place);
  }
  for (; place.row < row_end; ++place.row) {
    place.needed_next = needed_at(place.row + 1);
    tile_of<Stored, 1, N>(token_end - place.token, task, place);
  }
}

/// All tokens in groups of nearly the same size, the largest of which has N. The segments of all stay in the
/// nearest cache while the rows pass by, and so many rows near while the groups take them.
template <class Stored, std::size_t N>
void all_tiles(const DotProduct& task) {
  const std::size_t groups = (task.count + N - 1) / N, segment = dot_segment_of(task.depth);
  const std::size_t rows_at_once = groups == 1 ? task.rows : 48;
  std::size_t begin = 0;
  do {
    const std::size_t end = std::min(task.depth, begin + segment);
    for (std::size_t row = 0; row < task.rows; row += rows_at_once) {
      for (std::size_t g = 0; g < groups; ++g) {
        some_rows<Stored, rows_for(N), N>(task, std::min(task.rows, row + rows_at_once),
                                          (g + 1) * task.count / groups,
                                          {.row = row,
                                           .token = g * task.count / groups,
                                           .begin = begin,
                                           .end = end,
                                           .needed_next = nullptr});
      }
    }
    begin = end;
  } while (begin < task.depth);
}

template <class Stored, std::size_t N>
void run_with(std::size_t largest, const DotProduct& task) {
  if (largest == N) return all_tiles<Stored, N>(task);
  if constexpr (N > 1) run_with<Stored, N - 1>(largest, task);
}

void run(const DotProduct& task) {
  // Idle lanes; one call for all rows costs less than one for each.
  if (task.count < task.width) std::fill_n(task.out, task.rows * task.width, 0.0F);
  const std::size_t groups = (task.count + most_tokens - 1) / most_tokens;
  const std::size_t largest = (task.count + groups - 1) / groups;
  if (task.type == ElementType::float32) return run_with<float, most_tokens>(largest, task);
  if (task.type == ElementType::bfloat16) return run_with<hwy::bfloat16_t, most_tokens>(largest, task);
  if constexpr (widens_float16) return run_with<hwy::float16_t, most_tokens>(largest, task);
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(run);

void dot_product(const DotProduct& task) {
  assert(takes_stored(task.type));
  HWY_DYNAMIC_DISPATCH(run)(task);
}

}  // namespace mha::kernel
#endif
