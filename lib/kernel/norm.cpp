#include "kernel/norm.h"

#include <algorithm>
#include <cassert>
#include <vector>

#include "base/parallel.h"
#include "kernel/widen.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/norm.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef MHA_KERNEL_NORM_TASK
#define MHA_KERNEL_NORM_TASK
namespace mha::kernel {

/// One block of tokens.
struct NormTask {
  float* values;          ///< [features][width]
  const float* residual;  ///< likewise, or null
  std::size_t width, features;
  const float* weight;
  const float* bias;
  float eps;
};

}  // namespace mha::kernel
#endif

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Features that are summed at a time; the partial sums are then added in order, which keeps the error small.
constexpr std::size_t partial_features = 64;

/// The sum of term(f) over all features.
template <class D, class Term>
HWY_INLINE hn::Vec<D> sum_over(D d, std::size_t features, Term term) {
  auto sum = hn::Zero(d);
  for (std::size_t first = 0; first < features; first += partial_features) {
    auto partial = hn::Zero(d);
    for (std::size_t f = first; f < std::min(features, first + partial_features); ++f) {
      partial = hn::Add(partial, term(f));
    }
    sum = hn::Add(sum, partial);
  }
  return sum;
}

template <class D>
HWY_INLINE void norm_lanes(D d, const NormTask& task, std::size_t lane) {
  float* values = task.values + lane;
  if (task.residual != nullptr) {
    const float* residual = task.residual + lane;
    for (std::size_t f = 0; f < task.features; ++f) {
      float* place = values + f * task.width;
      hn::Store(hn::Add(hn::Load(d, place), hn::Load(d, residual + f * task.width)), d, place);
    }
  }
  const auto count = hn::Set(d, static_cast<float>(task.features));
  const auto value = [&](std::size_t f) HWY_ATTR { return hn::Load(d, values + f * task.width); };
  const auto mean = hn::Div(sum_over(d, task.features, value), count);
  const auto square = [&](std::size_t f) HWY_ATTR {
    const auto deviation = hn::Sub(value(f), mean);
    return hn::Mul(deviation, deviation);
  };
  const auto variance = hn::Div(sum_over(d, task.features, square), count);
  const auto scale = hn::Div(hn::Set(d, 1.0F), hn::Sqrt(hn::Add(variance, hn::Set(d, task.eps))));
  for (std::size_t f = 0; f < task.features; ++f) {
    const auto normal = hn::Mul(hn::Sub(value(f), mean), scale);
    hn::Store(hn::MulAdd(normal, hn::Set(d, task.weight[f]), hn::Set(d, task.bias[f])), d,
              values + f * task.width);
  }
}

void run(const NormTask& task) {
  const hn::CappedTag<float, 8> narrow;
  const hn::CappedTag<float, 16> wide;
  for (std::size_t lane = 0; lane < task.width;) {
    if (task.width == 8) {
      norm_lanes(narrow, task, lane);
      lane += hn::Lanes(narrow);
    } else {
      norm_lanes(wide, task, lane);
      lane += hn::Lanes(wide);
    }
  }
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(run);

namespace {

Buffer<float> floats(const TensorView& tensor) {
  auto values = Buffer<float>::uninitialised(element_count(tensor.shape));
  widen(tensor, 0, values.span());
  return values;
}

}  // namespace

LayerNorm::LayerNorm(const Norm& norm)
    : weight_(floats(norm.weight)), bias_(floats(norm.bias)), eps_(static_cast<float>(norm.eps)) {}

void LayerNorm::apply(std::span<Blocks> sequences, std::span<const Blocks> residuals,
                      std::size_t threads) const {
  std::vector<NormTask> tasks;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    assert(sequences[i].features() == weight_.size());
    assert(residuals.empty() || residuals[i].tokens() == sequences[i].tokens());
    for (std::size_t b = 0; b < sequences[i].count(); ++b) {
      const BlockView<float> block = sequences[i][b];
      tasks.push_back({.values = block.data,
                       .residual = residuals.empty() ? nullptr : residuals[i][b].data,
                       .width = block.width,
                       .features = weight_.size(),
                       .weight = weight_.data(),
                       .bias = bias_.data(),
                       .eps = eps_});
    }
  }
  parallel_for(tasks.size(), threads, [&](std::size_t i) { HWY_DYNAMIC_DISPATCH(run)(tasks[i]); });
}

}  // namespace mha::kernel
#endif
