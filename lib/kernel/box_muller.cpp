#include "kernel/box_muller.h"

#include <cassert>
#include <initializer_list>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/box_muller.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernel/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {

// A block of 16 is eight pairs.
using Tag = FusedTag<8>;
using Vec = hn::Vec<Tag>;
using Integers = hn::RebindToSigned<Tag>;

struct SinCos {
  Vec sine, cosine;
};

HWY_INLINE Vec Constant(float value) { return hn::Set(Tag(), value); }

HWY_INLINE Vec FusedBy(Vec a, float b, Vec c) { return Fused(Tag(), a, Constant(b), c); }

/// c[0] x^(n-1) + ... + c[n-1], each step fused.
template <size_t n>
HWY_INLINE Vec Horner(Vec x, const float (&coefficients)[n]) {
  Vec y = Constant(coefficients[0]);
  for (size_t i = 1; i < n; ++i) y = Fused(Tag(), y, x, Constant(coefficients[i]));
  return y;
}

/// Natural logarithm of a normal positive number (log256_ps). What is fused and what is rounded on its own
/// is part of the result.
HWY_INLINE Vec Log(Vec x) {
  static constexpr float polynomial[] = {7.0376836292E-2f,  -1.1514610310E-1f, 1.1676998740E-1f,
                                         -1.2420140846E-1f, 1.4249322787E-1f,  -1.6668057665E-1f,
                                         2.0000714765E-1f,  -2.4999993993E-1f, 3.3333331174E-1f};
  const Integers integers;
  const Vec one = Constant(1.0f);
  const auto bits = hn::BitCast(integers, x);
  const auto mantissa = hn::And(bits, hn::Set(integers, 0x007fffff));
  x = hn::BitCast(Tag(), hn::Or(mantissa, hn::Set(integers, 0x3f000000)));  // in [0.5, 1)
  Vec e = hn::ConvertTo(Tag(), hn::Sub(hn::ShiftRight<23>(bits), hn::Set(integers, 126)));

  const auto small = hn::Lt(x, Constant(0.707106781186547524f));
  e = hn::Sub(e, hn::IfThenElseZero(small, one));
  x = hn::Add(hn::Sub(x, one), hn::IfThenElseZero(small, x));

  const Vec z = hn::Mul(x, x);
  Vec y = hn::Mul(Horner(x, polynomial), x);
  y = Fused(Tag(), y, z, hn::Mul(e, Constant(-2.12194440e-4f)));
  y = hn::Sub(y, hn::Mul(z, Constant(0.5f)));
  return FusedBy(e, 0.693359375f, hn::Add(x, y));
}

HWY_INLINE Vec CosinePolynomial(Vec z) {
  static constexpr float polynomial[] = {2.443315711809948E-005f, -1.388731625493765E-003f,
                                         4.166664568298827E-002f};
  const Vec y = hn::Mul(Horner(z, polynomial), z);
  return hn::Add(Fused(Tag(), y, z, hn::Mul(z, Constant(-0.5f))), Constant(1.0f));
}

HWY_INLINE Vec SinePolynomial(Vec x, Vec z) {
  static constexpr float polynomial[] = {-1.9515295891E-4f, 8.3321608736E-3f, -1.6666654611E-1f};
  return Fused(Tag(), hn::Mul(Horner(z, polynomial), z), x, x);
}

/// The sign bit where bit 2 of `octant` is set.
HWY_INLINE Vec SignOf(hn::Vec<Integers> octant) {
  const Integers integers;
  return hn::BitCast(Tag(), hn::ShiftLeft<29>(hn::And(octant, hn::Set(integers, 4))));
}

/// Sine and cosine of x in [0, 2 pi] (sincos256_ps).
HWY_INLINE SinCos SineCosine(Vec x) {
  const Integers integers;
  const auto two = hn::Set(integers, 2);
  // The octant, rounded up to even: pi / 4 times it is taken off in three parts (Cody and Waite).
  auto octant = hn::ConvertTo(integers, hn::Mul(x, Constant(1.27323954473516f)));
  octant = hn::AndNot(hn::Set(integers, 1), hn::Add(octant, hn::Set(integers, 1)));
  const Vec turns = hn::ConvertTo(Tag(), octant);
  for (float part : {-0.78515625f, -2.4187564849853515625e-4f, -3.77489497744594108e-8f}) {
    x = FusedBy(turns, part, x);
  }

  const Vec z = hn::Mul(x, x);
  const Vec cosine = CosinePolynomial(z);
  const Vec sine = SinePolynomial(x, z);
  const auto swapped = hn::RebindMask(Tag(), hn::TestBit(octant, two));
  return {hn::Xor(hn::IfThenElse(swapped, cosine, sine), SignOf(octant)),
          hn::Xor(hn::IfThenElse(swapped, sine, cosine), SignOf(hn::Not(hn::Sub(octant, two))))};
}

void BoxMuller(std::span<float> values) {
  const Tag d;
  const size_t lanes = hn::Lanes(d);
  for (size_t block = 0; block < values.size(); block += 16) {
    for (size_t j = 0; j < 8; j += lanes) {
      float* const first = values.data() + block + j;
      float* const second = first + 8;
      const Vec u1 = hn::Sub(Constant(1.0f), hn::LoadU(d, first));
      const Vec radius = hn::Sqrt(hn::Mul(Constant(-2.0f), Log(u1)));
      const SinCos angle = SineCosine(hn::Mul(Constant(6.283185307179586f), hn::LoadU(d, second)));
      // PyTorch's fma(n, 1, 0): it turns -0 into 0.
      hn::StoreU(hn::Add(hn::Mul(radius, angle.cosine), hn::Zero(d)), d, first);
      hn::StoreU(hn::Add(hn::Mul(radius, angle.sine), hn::Zero(d)), d, second);
    }
  }
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(BoxMuller);

void box_muller(std::span<float> values) {
  assert(values.size() % 16 == 0);
  HWY_DYNAMIC_DISPATCH(BoxMuller)(values);
}

}  // namespace mha::kernel
#endif  // HWY_ONCE
