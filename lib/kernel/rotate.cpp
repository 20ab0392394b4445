#include "kernel/rotate.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/rotate.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Pair (a, b) of features in all lanes.
template <class D>
HWY_INLINE void rotate_pair(D d, const Rotation& rotation, std::size_t pair, float* a, float* b) {
  for (std::size_t lane = 0; lane < rotation.width; lane += hn::Lanes(d)) {
    const auto cos = hn::LoadU(d, rotation.cos + pair * rotation.stride + lane);
    const auto sin = hn::LoadU(d, rotation.sin + pair * rotation.stride + lane);
    const auto x = hn::Load(d, a + lane), y = hn::Load(d, b + lane);
    hn::Store(hn::Sub(hn::Mul(x, cos), hn::Mul(y, sin)), d, a + lane);
    hn::Store(hn::Add(hn::Mul(y, cos), hn::Mul(x, sin)), d, b + lane);
  }
}

template <class D>
HWY_INLINE void rotate_all(D d, const Rotation& rotation) {
  const std::size_t pairs = rotation.dims / 2, width = rotation.width;
  const std::size_t step = rotation.interleaved ? 2 : 1, apart = rotation.interleaved ? 1 : pairs;
  for (std::size_t head = 0; head < rotation.heads; ++head) {
    float* features = rotation.values + head * rotation.head_dim * width;
    for (std::size_t pair = 0; pair < pairs; ++pair) {
      float* a = features + pair * step * width;
      rotate_pair(d, rotation, pair, a, a + apart * width);
    }
  }
}

void run(const Rotation& rotation) {
  const hn::CappedTag<float, 8> narrow;
  const hn::CappedTag<float, 16> wide;
  rotation.width == 8 ? rotate_all(narrow, rotation) : rotate_all(wide, rotation);
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(run);
void rotate(const Rotation& rotation) { HWY_DYNAMIC_DISPATCH(run)(rotation); }

}  // namespace mha::kernel
#endif
