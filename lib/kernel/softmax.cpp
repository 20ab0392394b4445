#include "kernel/softmax.h"

#include <algorithm>
#include <limits>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/softmax.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernel/exp-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {

constexpr std::size_t partial_keys = 64;
constexpr float infinity = std::numeric_limits<float>::infinity();

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

template <std::size_t V, class D>
HWY_INLINE void maxima_of(D d, const float* scores, std::size_t keys, std::size_t width, float* maxima) {
  const std::size_t lanes = hn::Lanes(d);
  hn::Vec<D> maximum[V];
  for (std::size_t v = 0; v < V; ++v) maximum[v] = hn::Set(d, -infinity);
  for (std::size_t k = 0; k < keys; ++k) {
    for (std::size_t v = 0; v < V; ++v) {
      maximum[v] = hn::Max(maximum[v], hn::Load(d, scores + k * width + v * lanes));
    }
  }
  // -inf - -inf is NaN: where nothing may be seen, subtract nothing.
  for (std::size_t v = 0; v < V; ++v) {
    const auto none = hn::Eq(maximum[v], hn::Set(d, -infinity));
    hn::Store(hn::IfThenZeroElse(none, maximum[v]), d, maxima + v * lanes);
  }
}

template <std::size_t V, class D>
HWY_INLINE void exponentials_of(D d, float* scores, std::size_t keys, std::size_t width, const float* maxima,
                                float* sums) {
  const std::size_t lanes = hn::Lanes(d);
  hn::Vec<D> maximum[V], sum[V];
  for (std::size_t v = 0; v < V; ++v) {
    maximum[v] = hn::Load(d, maxima + v * lanes);
    sum[v] = hn::Load(d, sums + v * lanes);
  }
  for (std::size_t first = 0; first < keys; first += partial_keys) {
    hn::Vec<D> partial[V];
    for (std::size_t v = 0; v < V; ++v) partial[v] = hn::Zero(d);
    for (std::size_t k = first; k < std::min(keys, first + partial_keys); ++k) {
      for (std::size_t v = 0; v < V; ++v) {
        float* place = scores + k * width + v * lanes;
        const auto weight = exp_of_negative(d, hn::Sub(hn::Load(d, place), maximum[v]));
        hn::Store(weight, d, place);
        partial[v] = hn::Add(partial[v], weight);
      }
    }
    for (std::size_t v = 0; v < V; ++v) sum[v] = hn::Add(sum[v], partial[v]);
  }
  for (std::size_t v = 0; v < V; ++v) hn::Store(sum[v], d, sums + v * lanes);
}

void maxima_block(const float* scores, std::size_t keys, std::size_t width, float* maxima) {
  each_lane(width, [&](auto vectors, auto d, std::size_t lane)
                       HWY_ATTR { maxima_of<vectors()>(d, scores + lane, keys, width, maxima + lane); });
}

void exponentials_block(float* scores, std::size_t keys, std::size_t width, const float* maxima,
                        float* sums) {
  each_lane(width, [&](auto vectors, auto d, std::size_t lane) HWY_ATTR {
    exponentials_of<vectors()>(d, scores + lane, keys, width, maxima + lane, sums + lane);
  });
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

void exp_values(float* values, std::size_t count) {
  const hn::CappedTag<float, 16> d;
  const std::size_t lanes = hn::Lanes(d);
  HWY_ALIGN float buffer[16] = {};
  for (std::size_t i = 0; i < count; i += lanes) {
    const std::size_t size = std::min(lanes, count - i);
    std::copy_n(values + i, size, buffer);
    hn::Store(exp_of_negative(d, hn::Load(d, buffer)), d, buffer);
    std::copy_n(buffer, size, values + i);
  }
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(maxima_block);
HWY_EXPORT(exponentials_block);
HWY_EXPORT(invert_block);
HWY_EXPORT(scale_block);
HWY_EXPORT(exp_values);

void lane_maxima(const float* scores, std::size_t keys, std::size_t width, float* maxima) {
  HWY_DYNAMIC_DISPATCH(maxima_block)(scores, keys, width, maxima);
}

void exponentials(float* scores, std::size_t keys, std::size_t width, const float* maxima, float* sums) {
  HWY_DYNAMIC_DISPATCH(exponentials_block)(scores, keys, width, maxima, sums);
}

void invert_sums(float* sums, std::size_t width) { HWY_DYNAMIC_DISPATCH(invert_block)(sums, width); }

void scale_lanes(float* values, std::size_t rows, std::size_t width, const float* factors) {
  HWY_DYNAMIC_DISPATCH(scale_block)(values, rows, width, factors);
}

void exp_in_place(float* values, std::size_t count) { HWY_DYNAMIC_DISPATCH(exp_values)(values, count); }

}  // namespace mha::kernel
#endif
