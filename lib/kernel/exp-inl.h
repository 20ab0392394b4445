// exp of float32 vectors, the same bits on every instruction set with FMA. Included once per instruction set.
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

/// exp(x): Cody-Waite reduction x = n ln 2 + r, |r| <= ln 2 / 2, and the degree-6 polynomial of Cephes
/// (expf.c) for exp(r). Within 1.5 units in the last place; results below the normal range are rounded to
/// denormals; exp(-inf) and all below -104 is exactly 0; above 88.8 it is inf; NaN stays NaN.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V exp(D d, V x) {
  const hn::RebindToSigned<D> di;
  const auto low = hn::Lt(x, hn::Set(d, -104.0F));
  const auto bounded = hn::IfThenElse(low, hn::Set(d, -104.0F),
                                      hn::IfThenElse(hn::Gt(x, hn::Set(d, 89.0F)), hn::Set(d, 89.0F), x));
  const V n = hn::Round(hn::Mul(bounded, hn::Set(d, 1.44269504088896341F)));
  V r = hn::NegMulAdd(n, hn::Set(d, 0.693359375F), bounded);
  r = hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4F), r);
  V p = hn::Set(d, 1.9875691500e-4F);
  p = hn::MulAdd(p, r, hn::Set(d, 1.3981999507e-3F));
  p = hn::MulAdd(p, r, hn::Set(d, 8.3334519073e-3F));
  p = hn::MulAdd(p, r, hn::Set(d, 4.1665795894e-2F));
  p = hn::MulAdd(p, r, hn::Set(d, 1.6666665459e-1F));
  p = hn::MulAdd(p, r, hn::Set(d, 5.0000001201e-1F));
  p = hn::MulAdd(hn::Mul(p, r), r, hn::Add(r, hn::Set(d, 1.0F)));
  // 2^n in two factors, so that neither leaves the normal range and only the last product rounds.
  const auto exponent = hn::ConvertTo(di, n);
  const auto half = hn::ShiftRight<1>(exponent);
  const auto power = [&](auto e) { return hn::BitCast(d, hn::ShiftLeft<23>(hn::Add(e, hn::Set(di, 127)))); };
  const V result = hn::Mul(hn::Mul(p, power(half)), power(hn::Sub(exponent, half)));
  return hn::IfThenZeroElse(low, result);
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
