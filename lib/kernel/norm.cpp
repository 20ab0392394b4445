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
  const float* in;        ///< [groups][features][width]
  const float* residual;  ///< likewise, or null
  float* out;             ///< likewise; may be `in`
  std::size_t width, features, groups;
  const float* weight;
  const float* bias;
  float eps;
  NormKind kind;
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

/// out = (x - mean) * scale * weight + bias for all features.
template <class D, class V>
HWY_INLINE void write(D d, const NormTask& task, const float* x, float* out, V mean, V scale) {
  for (std::size_t f = 0; f < task.features; ++f) {
    const auto normal = hn::Mul(hn::Sub(hn::Load(d, x + f * task.width), mean), scale);
    hn::Store(hn::MulAdd(normal, hn::Set(d, task.weight[f]), hn::Set(d, task.bias[f])), d,
              out + f * task.width);
  }
}

/// The features of x from `first` on, in the lanes from `lane` on.
template <class D>
HWY_INLINE void norm_lanes(D d, const NormTask& task, std::size_t first, std::size_t lane) {
  const std::size_t at = first * task.width + lane;
  float* out = task.out + at;
  const float* x = task.in + at;
  if (task.residual != nullptr) {
    for (std::size_t f = 0; f < task.features; ++f) {
      const auto residual = hn::Load(d, task.residual + at + f * task.width);
      hn::Store(hn::Add(hn::Load(d, x + f * task.width), residual), d, out + f * task.width);
    }
    x = out;
  }
  const auto count = hn::Set(d, static_cast<float>(task.features));
  const auto value = [&](std::size_t f) HWY_ATTR { return hn::Load(d, x + f * task.width); };
  auto mean = hn::Zero(d);
  if (task.kind == NormKind::layer) mean = hn::Div(sum_over(d, task.features, value), count);
  const auto square = [&](std::size_t f) HWY_ATTR {
    const auto deviation = hn::Sub(value(f), mean);
    return hn::Mul(deviation, deviation);
  };
  const auto variance = hn::Div(sum_over(d, task.features, square), count);
  const auto scale = hn::Div(hn::Set(d, 1.0F), hn::Sqrt(hn::Add(variance, hn::Set(d, task.eps))));
  write(d, task, x, out, mean, scale);
}

template <class D>
HWY_INLINE void norm_all(D d, const NormTask& task) {
  for (std::size_t group = 0; group < task.groups; ++group) {
    for (std::size_t lane = 0; lane < task.width; lane += hn::Lanes(d)) {
      norm_lanes(d, task, group * task.features, lane);
    }
  }
}

void run(const NormTask& task) {
  const hn::CappedTag<float, 8> narrow;
  const hn::CappedTag<float, 16> wide;
  task.width == 8 ? norm_all(narrow, task) : norm_all(wide, task);
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

Normalizer::Normalizer(const Norm& norm)
    : weight_(floats(norm.weight)),
      bias_(norm.bias ? floats(*norm.bias) : Buffer<float>::zeros(weight_.size())),
      eps_(static_cast<float>(norm.eps)),
      kind_(norm.kind) {
  for (float& weight : weight_.span()) weight += norm.adds_one ? 1.0F : 0.0F;
}

NormTask Normalizer::task(const BlockView<const float>& in, std::size_t features, float* out) const {
  assert(features % weight_.size() == 0);
  return {.in = in.data,
          .residual = nullptr,
          .out = out,
          .width = in.width,
          .features = weight_.size(),
          .groups = features / weight_.size(),
          .weight = weight_.data(),
          .bias = bias_.data(),
          .eps = eps_,
          .kind = kind_};
}

void Normalizer::apply(std::span<Blocks> sequences, std::span<const Blocks> residuals,
                       std::size_t threads) const {
  run({sequences, residuals, sequences}, threads);
}

void Normalizer::apply(const BlockView<float>& block, std::size_t features) const {
  HWY_DYNAMIC_DISPATCH(run)
  (task({block.data, block.width, block.first_token, block.tokens}, features, block.data));
}

std::vector<Blocks> Normalizer::normed(std::span<const Blocks> sequences, std::size_t threads) const {
  std::vector<Blocks> results;
  for (const Blocks& each : sequences) results.emplace_back(each.features(), each.tokens());
  run({sequences, {}, results}, threads);
  return results;
}

void Normalizer::run(const Places& places, std::size_t threads) const {
  std::vector<NormTask> tasks;
  for (std::size_t i = 0; i < places.in.size(); ++i) {
    const Blocks& in = places.in[i];
    assert(places.residuals.empty() || places.residuals[i].tokens() == in.tokens());
    for (std::size_t b = 0; b < in.count(); ++b) {
      tasks.push_back(task(in[b], in.features(), places.out[i][b].data));
      if (!places.residuals.empty()) tasks.back().residual = places.residuals[i][b].data;
    }
  }
  parallel_for(tasks.size(), threads, [&](std::size_t i) { HWY_DYNAMIC_DISPATCH(run)(tasks[i]); });
}

}  // namespace mha::kernel
#endif
