#include "kernel/softcap.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/softcap.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernel/exp-inl.h"
#include "kernel/in_place-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {

/// Below |x| = 0.625, tanh(x) / x by a polynomial in x^2 (a minimax fit, off by 4.4e-9 at most), so that
/// small numbers keep their digits; above, (1 - e) / (1 + e) with e = exp(-2 |x|).
template <class D, class V>
HWY_INLINE V tanh_of(D d, V x) {
  const V size = hn::Abs(x), square = hn::Mul(x, x);
  V p = hn::Set(d, -0.005704986397176981F);
  p = hn::MulAdd(p, square, hn::Set(d, 0.02063908614218235F));
  p = hn::MulAdd(p, square, hn::Set(d, -0.05373971536755562F));
  p = hn::MulAdd(p, square, hn::Set(d, 0.13331441581249237F));
  p = hn::MulAdd(p, square, hn::Set(d, -0.3333328068256378F));
  const V near = hn::MulAdd(hn::Mul(p, square), x, x);
  const V e = exp_of_negative(d, hn::Mul(size, hn::Set(d, -2.0F))), one = hn::Set(d, 1.0F);
  const V far = hn::CopySign(hn::Div(hn::Sub(one, e), hn::Add(one, e)), x);
  return hn::IfThenElse(hn::Lt(size, hn::Set(d, 0.625F)), near, far);
}

void cap_values(float* scores, std::size_t count, const Softcap& softcap) {
  in_place(scores, count, [&](auto d, auto score) HWY_ATTR {
    const auto cap = hn::Set(d, softcap.cap);
    return hn::Mul(tanh_of(d, hn::Div(hn::Mul(score, hn::Set(d, softcap.scale)), cap)), cap);
  });
}

void tanh_values(float* values, std::size_t count) {
  in_place(values, count, [](auto d, auto x) HWY_ATTR { return tanh_of(d, x); });
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(cap_values);
void cap_scores(std::span<float> scores, const Softcap& softcap) {
  HWY_DYNAMIC_DISPATCH(cap_values)(scores.data(), scores.size(), softcap);
}

HWY_EXPORT(tanh_values);
void tanh_in_place(std::span<float> values) {
  HWY_DYNAMIC_DISPATCH(tanh_values)(values.data(), values.size());
}

}  // namespace mha::kernel
#endif
