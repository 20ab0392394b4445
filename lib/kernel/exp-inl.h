// exp of float32 vectors that are not positive, the same bits on every instruction set with FMA. Included
// once per instruction set.
#if defined(MHA_KERNEL_EXP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MHA_KERNEL_EXP_INL_H_
#undef MHA_KERNEL_EXP_INL_H_
#else
#define MHA_KERNEL_EXP_INL_H_
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// max(x, low), where NaN stays NaN.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V not_below(D d, float low, V x) {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_SSSE3
  return hn::Max(hn::Set(d, low), x);  // the second operand where one is NaN
#else
  return hn::IfThenElse(hn::Lt(x, hn::Set(d, low)), hn::Set(d, low), x);  // Max of ARM drops NaN
#endif
}

/// exp(x) for x <= 0: x = n ln 2 + r with |r| <= ln 2 / 2 (Cody and Waite 1980), and a minimax polynomial of
/// degree 6 for exp(r), off by 3.1e-9 at most. Within 1 unit in the last place (worst of all floats: 0.883;
/// without FMA 1.177); results below the normal range are rounded to denormals; exp(-inf) and all below -104
/// is exactly 0; NaN stays NaN.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V exp_of_negative(D d, V x) {
  const hn::RebindToUnsigned<D> du;
  const V bounded = not_below(d, -104.0F, x);
  // Added to a number of this size, n is rounded to a whole one and lies in the lowest bits, here with
  // 127 + 64 on top: the biased exponent of 2^(n + 64), which is normal for every n. Only the product with
  // 2^-64 then rounds.
  const V shift = hn::Set(d, 12582912.0F + 191.0F);
  const V shifted = hn::MulAdd(bounded, hn::Set(d, 1.44269504088896341F), shift);
  const V power = hn::BitCast(d, hn::ShiftLeft<23>(hn::BitCast(du, shifted)));
  const V n = hn::Sub(shifted, shift);
  V r = hn::NegMulAdd(n, hn::Set(d, 0.693359375F), bounded);
  r = hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4F), r);
  V p = hn::Set(d, 1.381459878757596e-3F);
  p = hn::MulAdd(p, r, hn::Set(d, 8.368716575205326e-3F));
  p = hn::MulAdd(p, r, hn::Set(d, 4.166838899254799e-2F));
  p = hn::MulAdd(p, r, hn::Set(d, 0.1666652113199234F));
  p = hn::MulAdd(p, r, hn::Set(d, 0.4999999403953552F));
  p = hn::MulAdd(p, r, hn::Set(d, 1.0F));
  p = hn::MulAdd(p, r, hn::Set(d, 1.0F));
  return hn::Mul(hn::Mul(p, power), hn::Set(d, 0x1p-64F));
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
