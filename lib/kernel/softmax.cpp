#include "kernel/softmax.h"

#include <algorithm>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/softmax.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernel/exp-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {

constexpr std::size_t partial_keys = 64;
constexpr float infinity = std::numeric_limits<float>::infinity();

template <class D>
HWY_INLINE void softmax_lanes(D d, float* scores, std::size_t keys, std::size_t width, float* inverse_sum) {
  auto maximum = hn::Set(d, -infinity);
  for (std::size_t k = 0; k < keys; ++k) maximum = hn::Max(maximum, hn::Load(d, scores + k * width));
  // -inf - -inf is NaN: where nothing may be seen, subtract nothing.
  maximum = hn::IfThenZeroElse(hn::Eq(maximum, hn::Set(d, -infinity)), maximum);

  auto sum = hn::Zero(d);
  for (std::size_t first = 0; first < keys; first += partial_keys) {
    auto partial = hn::Zero(d);
    for (std::size_t k = first; k < std::min(keys, first + partial_keys); ++k) {
      const auto weight = exp(d, hn::Sub(hn::Load(d, scores + k * width), maximum));
      hn::Store(weight, d, scores + k * width);
      partial = hn::Add(partial, weight);
    }
    sum = hn::Add(sum, partial);
  }
  const auto inverse = hn::Div(hn::Set(d, 1.0F), sum);
  hn::Store(hn::IfThenZeroElse(hn::Eq(sum, hn::Zero(d)), inverse), d, inverse_sum);
}

void softmax_block(float* scores, std::size_t keys, std::size_t width, float* inverse_sums) {
  const hn::CappedTag<float, 8> narrow;
  const hn::CappedTag<float, 16> wide;
  for (std::size_t lane = 0; lane < width;) {
    if (width == 8) {
      softmax_lanes(narrow, scores + lane, keys, width, inverse_sums + lane);
      lane += hn::Lanes(narrow);
    } else {
      softmax_lanes(wide, scores + lane, keys, width, inverse_sums + lane);
      lane += hn::Lanes(wide);
    }
  }
}

void scale_block(float* values, std::size_t rows, std::size_t width, const float* factors) {
  const hn::CappedTag<float, 8> d;
  for (std::size_t lane = 0; lane < width; lane += hn::Lanes(d)) {
    const auto factor = hn::Load(d, factors + lane);
    for (std::size_t row = 0; row < rows; ++row) {
      float* place = values + row * width + lane;
      hn::Store(hn::Mul(hn::Load(d, place), factor), d, place);
    }
  }
}

void exp_values(float* values, std::size_t count) {
  const hn::CappedTag<float, 16> d;
  const std::size_t lanes = hn::Lanes(d);
  HWY_ALIGN float buffer[16] = {};
  for (std::size_t i = 0; i < count; i += lanes) {
    const std::size_t size = std::min(lanes, count - i);
    std::copy_n(values + i, size, buffer);
    hn::Store(exp(d, hn::Load(d, buffer)), d, buffer);
    std::copy_n(buffer, size, values + i);
  }
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(softmax_block);
HWY_EXPORT(scale_block);
HWY_EXPORT(exp_values);

void softmax(float* scores, std::size_t keys, std::size_t width, float* inverse_sums) {
  HWY_DYNAMIC_DISPATCH(softmax_block)(scores, keys, width, inverse_sums);
}

void scale_lanes(float* values, std::size_t rows, std::size_t width, const float* factors) {
  HWY_DYNAMIC_DISPATCH(scale_block)(values, rows, width, factors);
}

void exp_in_place(float* values, std::size_t count) { HWY_DYNAMIC_DISPATCH(exp_values)(values, count); }

}  // namespace mha::kernel
#endif
