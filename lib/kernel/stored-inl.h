// Vectors of floats out of numbers as they are stored, at any alignment. Included once per instruction set.
#if defined(MHA_KERNEL_STORED_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MHA_KERNEL_STORED_INL_H_
#undef MHA_KERNEL_STORED_INL_H_
#else
#define MHA_KERNEL_STORED_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Where float16 becomes float32 in one instruction; Highway's way around it takes denormals for zero.
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL || HWY_ARCH_ARM_A64
constexpr bool widens_float16 = true;
#else
constexpr bool widens_float16 = false;
#endif

/// As many numbers of type Stored (float, hwy::bfloat16_t, hwy::float16_t) as d has lanes, as floats.
template <class Stored, class D>
HWY_INLINE hn::Vec<D> LoadStored(D d, const std::byte* at) {
  using Bits = hwy::MakeUnsigned<Stored>;
  const hn::Rebind<Stored, D> stored;
  const hn::Rebind<Bits, D> bits;
#if HWY_TARGET == HWY_SCALAR  // which loads at whole addresses only
  Bits number;
  std::memcpy(&number, at, sizeof(number));
  const auto loaded = hn::BitCast(stored, hn::Set(bits, number));
#else
  const auto loaded = hn::BitCast(stored, hn::LoadU(bits, reinterpret_cast<const Bits*>(at)));
#endif
  if constexpr (sizeof(Stored) == sizeof(float)) {
    return loaded;
  } else {
    return hn::PromoteTo(d, loaded);
  }
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // the guard of this instruction set
