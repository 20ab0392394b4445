#include "kernel/score_bias.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/score_bias.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <bool same_for_all, class D>
HWY_INLINE void all_keys(D d, const BiasedScores& task) {
  const auto scale = hn::Set(d, task.scale);
  float* scores = task.scores;
  const float* bias = task.bias;
  for (std::size_t k = 0; k < task.keys; ++k, scores += task.width, bias += task.key_step) {
    for (std::size_t lane = 0; lane < task.width; lane += hn::Lanes(d)) {
      const auto addend = same_for_all ? hn::Set(d, *bias) : hn::LoadU(d, bias + lane);
      hn::Store(hn::Add(hn::Mul(hn::Load(d, scores + lane), scale), addend), d, scores + lane);
    }
  }
}

template <class D>
HWY_INLINE void run_on(D d, const BiasedScores& task) {
  task.same_for_all ? all_keys<true>(d, task) : all_keys<false>(d, task);
}

void run(const BiasedScores& task) {
  const hn::CappedTag<float, 8> narrow;
  const hn::CappedTag<float, 16> wide;
  task.width == 8 ? run_on(narrow, task) : run_on(wide, task);
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(run);
void scale_and_bias(const BiasedScores& task) { HWY_DYNAMIC_DISPATCH(run)(task); }

}  // namespace mha::kernel
#endif
