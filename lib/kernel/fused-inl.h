// fma(a, b, c), rounded once, on every instruction set. Included once for each, as Highway has it.
#if defined(MHA_KERNEL_FUSED_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MHA_KERNEL_FUSED_INL_H_
#undef MHA_KERNEL_FUSED_INL_H_
#else
#define MHA_KERNEL_FUSED_INL_H_
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_NATIVE_FMA

/// Vectors of floats that Fused takes: as many lanes as there are, up to `limit`.
template <size_t limit>
using FusedTag = hn::CappedTag<float, limit>;

template <class D, class V>
HWY_INLINE V Fused(D, V a, V b, V c) {
  return hn::MulAdd(a, b, c);
}

#else

/// Two lanes fill a vector of doubles, which is all that these sets have.
template <size_t limit>
using FusedTag = hn::CappedTag<float, 2>;

/// The product is exact in double. Their sum is rounded to odd, so that rounding it to float gives what one
/// rounding would have given (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums: proved
/// algorithms using rounding to odd", 2008).
template <class D, class V>
HWY_INLINE V Fused(D d, V a, V b, V c) {
  const hn::Rebind<double, D> wide;
  const hn::RebindToUnsigned<decltype(wide)> bits;
  const auto product = hn::Mul(hn::PromoteTo(wide, a), hn::PromoteTo(wide, b));
  const auto addend = hn::PromoteTo(wide, c);
  const auto sum = hn::Add(product, addend);
  // What the sum lost (Knuth's TwoSum).
  const auto part = hn::Sub(sum, product);
  const auto lost = hn::Add(hn::Sub(product, hn::Sub(sum, part)), hn::Sub(addend, part));

  const auto one = hn::Set(bits, uint64_t{1});
  const auto sum_bits = hn::BitCast(bits, sum);
  const auto even = hn::Eq(hn::And(sum_bits, one), hn::Zero(bits));
  const auto inexact = hn::RebindMask(bits, hn::Ne(lost, hn::Zero(wide)));
  // The odd neighbour on the side of the exact sum: away from zero where `lost` has the sign of the sum.
  const auto differ = hn::ShiftRight<63>(hn::Xor(sum_bits, hn::BitCast(bits, lost)));
  const auto neighbour = hn::Sub(hn::Add(sum_bits, one), hn::Add(differ, differ));
  const auto odd = hn::IfThenElse(hn::And(even, inexact), neighbour, sum_bits);
  return hn::DemoteTo(d, hn::BitCast(wide, odd));
}

#endif

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // the guard of this instruction set
