// exp and 2^x of float32 vectors that are not positive, the same bits on every instruction set with FMA.
// Included once per instruction set.
#if defined(MHA_KERNEL_EXP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MHA_KERNEL_EXP_INL_H_
#undef MHA_KERNEL_EXP_INL_H_
#else
#define MHA_KERNEL_EXP_INL_H_
#endif

#include <cstddef>

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

/// 2^x for N vectors of x <= 0, in place: x = n + r with |r| <= 1/2, and a minimax polynomial of degree 5 for
/// 2^r that is 1 at 0, off by 9.2e-8 at most. Within 2.1 units in the last place (without FMA 2.3); exactly 0
/// below -126.5; 2^0 is exactly 1; NaN stays NaN. Cheaper than exp_of_negative, whose argument must be
/// brought to multiples of ln 2. Several vectors go step by step side by side: one alone is a chain of 50
/// cycles, and a processor's scheduler does not see many such chains at a time.
template <std::size_t N, class D, class V = hn::Vec<D>>
HWY_INLINE void exp2_of_negative(D d, V (&x)[N]) {
#define MHA_EACH _Pragma("GCC unroll 16") for (std::size_t i = 0; i < N; ++i)
  const hn::RebindToUnsigned<D> du;
  // As above, with the biased exponent of 2^n in the lowest bits. It is 0 for n = -127, which makes a 0.
  const V shift = hn::Set(d, 12582912.0F + 127.0F);
  V power[N], n[N], p[N];
  MHA_EACH x[i] = not_below(d, -127.0F, x[i]);
  MHA_EACH power[i] = hn::Add(x[i], shift);
  MHA_EACH n[i] = hn::Sub(power[i], shift);
  MHA_EACH x[i] = hn::Sub(x[i], n[i]);
  MHA_EACH p[i] = hn::MulAdd(x[i], hn::Set(d, 1.3264727140072014e-3F), hn::Set(d, 9.671512639956454e-3F));
  MHA_EACH p[i] = hn::MulAdd(p[i], x[i], hn::Set(d, 5.5507337434700856e-2F));
  MHA_EACH p[i] = hn::MulAdd(p[i], x[i], hn::Set(d, 0.2402224208537671F));
  MHA_EACH p[i] = hn::MulAdd(p[i], x[i], hn::Set(d, 0.693146977598992F));
  MHA_EACH p[i] = hn::MulAdd(p[i], x[i], hn::Set(d, 1.0F));
  MHA_EACH power[i] = hn::BitCast(d, hn::ShiftLeft<23>(hn::BitCast(du, power[i])));
  MHA_EACH x[i] = hn::Mul(p[i], power[i]);
#undef MHA_EACH
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
