// A function of one number applied to many. Included once per instruction set.
#if defined(MHA_KERNEL_IN_PLACE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MHA_KERNEL_IN_PLACE_INL_H_
#undef MHA_KERNEL_IN_PLACE_INL_H_
#else
#define MHA_KERNEL_IN_PLACE_INL_H_
#endif

#include <algorithm>
#include <cstddef>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// values[i] = function(tag, values[i]) for vectors of values; idle lanes of the last are 0.
template <class Function>
HWY_INLINE void in_place(float* values, std::size_t count, Function function) {
  const hn::CappedTag<float, 16> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(function(d, hn::LoadU(d, values + i)), d, values + i);
  }
  if (i == count) return;
  HWY_ALIGN float rest[16] = {};
  std::copy_n(values + i, count - i, rest);
  hn::Store(function(d, hn::Load(d, rest)), d, rest);
  std::copy_n(rest, count - i, values + i);
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // the guard of this instruction set
