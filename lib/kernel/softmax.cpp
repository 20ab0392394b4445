#include "kernel/softmax.h"

#include <algorithm>
#include <limits>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/softmax.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernel/exp-inl.h"
#include "kernel/in_place-inl.h"
#include "kernel/unroll.h"

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// What a difference of scores is multiplied with, for a power of 2.
float exponent_scale(float scale) { return static_cast<float>(scale * 1.4426950408889634); }

/// 2^(exponent * (before - after)), 1 where both are the same.
template <class D, class V>
HWY_INLINE V factor_of(D d, V before, V after, V exponent) {
  V power[] = {hn::Mul(hn::Sub(before, after), exponent)};
  exp2_of_negative(d, power);
  return hn::IfThenElse(hn::Eq(before, after), hn::Set(d, 1.0F), power[0]);
}

/// Calls use(V, tag, lane) for the lanes of a block, V vectors at a time: a key's line is then read whole.
template <class Use>
HWY_INLINE void each_lane(std::size_t width, Use use) {
  const hn::CappedTag<float, 8> narrow;
  const hn::CappedTag<float, 16> wide;
  const std::integral_constant<std::size_t, 1> one;
  const std::integral_constant<std::size_t, 2> two;
  if (width == 8) {
    for (std::size_t lane = 0; lane < width; lane += hn::Lanes(narrow)) use(one, narrow, lane);
  } else if (width == 16) {
    for (std::size_t lane = 0; lane < width; lane += hn::Lanes(wide)) use(one, wide, lane);
  } else {
    for (std::size_t lane = 0; lane < width; lane += 2 * hn::Lanes(wide)) use(two, wide, lane);
  }
}

struct Stretch {
  float* scores;
  std::size_t keys, width;
  float exponent;  ///< see exponent_scale
};

/// Replaces the scores of K keys in V vectors of lanes, and adds up the exponentials.
template <std::size_t K, std::size_t V, class D, class Vector = hn::Vec<D>>
HWY_INLINE void exponentials(D d, float* scores, std::size_t width, const Vector (&maximum)[V],
                             Vector exponent, Vector (&sum)[V]) {
  const std::size_t lanes = hn::Lanes(d);
  Vector x[K * V];
  MHA_UNROLL for (std::size_t i = 0; i < K * V; ++i) {
    const auto score = hn::Load(d, scores + i / V * width + i % V * lanes);
    x[i] = hn::Mul(hn::Sub(score, maximum[i % V]), exponent);
  }
  exp2_of_negative(d, x);
  MHA_UNROLL for (std::size_t i = 0; i < K * V; ++i) {
    hn::Store(x[i], d, scores + i / V * width + i % V * lanes);
    sum[i % V] = hn::Add(sum[i % V], x[i]);
  }
}

/// Lanes from `lane` on. -inf - -inf is NaN: where nothing has been seen yet, nothing is subtracted.
template <std::size_t V, class D>
HWY_INLINE bool take_lanes(D d, const Stretch& stretch, std::size_t lane, SoftmaxState& state,
                           float* rescale) {
  using Vector = hn::Vec<D>;
  const std::size_t lanes = hn::Lanes(d), width = stretch.width;
  const Vector exponent = hn::Set(d, stretch.exponent);
  float* scores = stretch.scores + lane;
  Vector maximum[V], sum[V];
  for (std::size_t v = 0; v < V; ++v) maximum[v] = hn::Load(d, state.maxima + lane + v * lanes);
  for (std::size_t k = 0; k < stretch.keys; ++k) {
    for (std::size_t v = 0; v < V; ++v) {
      maximum[v] = hn::Max(maximum[v], hn::Load(d, scores + k * width + v * lanes));
    }
  }
  bool grown = false;
  for (std::size_t v = 0; v < V; ++v) {
    float* maxima = state.maxima + lane + v * lanes;
    const Vector before = hn::Load(d, maxima), factor = factor_of(d, before, maximum[v], exponent);
    grown = grown || !hn::AllTrue(d, hn::Eq(before, maximum[v]));
    sum[v] = hn::Mul(hn::Load(d, state.sums + lane + v * lanes), factor);
    hn::Store(factor, d, rescale + lane + v * lanes);
    hn::Store(maximum[v], d, maxima);
    maximum[v] = hn::IfThenZeroElse(hn::Eq(maximum[v], hn::Set(d, -infinity)), maximum[v]);
  }
  for (std::size_t first = 0; first < stretch.keys; first += softmax_partial) {
    Vector partial[V];
    for (std::size_t v = 0; v < V; ++v) partial[v] = hn::Zero(d);
    constexpr std::size_t K = 4 / V;
    std::size_t k = first;
    const std::size_t end = std::min(stretch.keys, first + softmax_partial);
    for (; k + K <= end; k += K) {
      exponentials<K>(d, scores + k * width, width, maximum, exponent, partial);
    }
    for (; k < end; ++k) exponentials<1>(d, scores + k * width, width, maximum, exponent, partial);
    for (std::size_t v = 0; v < V; ++v) sum[v] = hn::Add(sum[v], partial[v]);
  }
  for (std::size_t v = 0; v < V; ++v) hn::Store(sum[v], d, state.sums + lane + v * lanes);
  return grown;
}

bool take_block(float* scores, std::size_t keys, std::size_t width, float scale, SoftmaxState& state,
                float* rescale) {
  const Stretch stretch{scores, keys, width, exponent_scale(scale)};
  bool grown = false;
  each_lane(width, [&](auto vectors, auto d, std::size_t lane) HWY_ATTR {
    grown = take_lanes<vectors()>(d, stretch, lane, state, rescale) || grown;
  });
  return grown;
}

void factors_block(const float* before, const float* after, std::size_t width, float scale, float* factors) {
  const hn::CappedTag<float, 8> d;
  const auto exponent = hn::Set(d, exponent_scale(scale));
  for (std::size_t lane = 0; lane < width; lane += hn::Lanes(d)) {
    const auto factor = factor_of(d, hn::LoadU(d, before + lane), hn::LoadU(d, after + lane), exponent);
    hn::StoreU(factor, d, factors + lane);
  }
}

void invert_block(float* sums, std::size_t width) {
  const hn::CappedTag<float, 8> d;
  for (std::size_t lane = 0; lane < width; lane += hn::Lanes(d)) {
    const auto sum = hn::Load(d, sums + lane);
    const auto inverse = hn::Div(hn::Set(d, 1.0F), sum);
    hn::Store(hn::IfThenZeroElse(hn::Eq(sum, hn::Zero(d)), inverse), d, sums + lane);
  }
}

void scale_block(float* values, std::size_t rows, std::size_t width, const float* factors) {
  const hn::CappedTag<float, 8> narrow;
  const hn::CappedTag<float, 16> wide;
  const auto scale = [&](auto d) HWY_ATTR {
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t lane = 0; lane < width; lane += hn::Lanes(d)) {
        float* place = values + row * width + lane;
        hn::Store(hn::Mul(hn::Load(d, place), hn::Load(d, factors + lane)), d, place);
      }
    }
  };
  width == 8 ? scale(narrow) : scale(wide);
}

void exp2_values(float* values, std::size_t count) {
  in_place(values, count, [](auto d, auto x) HWY_ATTR {
    decltype(x) power[] = {x};
    exp2_of_negative(d, power);
    return power[0];
  });
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(take_block);
HWY_EXPORT(factors_block);
HWY_EXPORT(invert_block);
HWY_EXPORT(scale_block);
HWY_EXPORT(exp2_values);

bool take_scores(float* scores, std::size_t keys, std::size_t width, float scale, SoftmaxState& state,
                 float* rescale) {
  return HWY_DYNAMIC_DISPATCH(take_block)(scores, keys, width, scale, state, rescale);
}

void rescale_factors(const float* before, const float* after, std::size_t width, float scale,
                     float* factors) {
  HWY_DYNAMIC_DISPATCH(factors_block)(before, after, width, scale, factors);
}

void invert_sums(float* sums, std::size_t width) { HWY_DYNAMIC_DISPATCH(invert_block)(sums, width); }

void scale_lanes(float* values, std::size_t rows, std::size_t width, const float* factors) {
  HWY_DYNAMIC_DISPATCH(scale_block)(values, rows, width, factors);
}

void exp2_in_place(std::span<float> values) {
  HWY_DYNAMIC_DISPATCH(exp2_values)(values.data(), values.size());
}

}  // namespace mha::kernel
#endif
