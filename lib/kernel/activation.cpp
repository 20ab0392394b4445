#include "kernel/activation.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/activation.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernel/exp-inl.h"
#include "kernel/in_place-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {

/// A polynomial by Horner's rule, the highest coefficient first.
template <class D, class V, std::size_t N>
HWY_INLINE V polynomial(D d, V x, const float (&coefficients)[N]) {
  V sum = hn::Set(d, coefficients[0]);
  for (std::size_t i = 1; i < N; ++i) sum = hn::MulAdd(sum, x, hn::Set(d, coefficients[i]));
  return sum;
}

/// x Phi(x), with t = |x| / sqrt(2). Below t = 1, Phi is (1 + erf) / 2 with a polynomial for erf(t) / t in
/// t^2; above, erfc(t) is exp(-t^2 - r(t)), so that the small values of negative x keep their digits. Both
/// polynomials are minimax fits: 1.2e-9 for erf, and for r an error that moves erfc by less than 6e-9 on
/// [1, 4.25]; beyond, where erfc is below 1.9e-9, r keeps its value at 4.25.
template <class D, class V>
HWY_INLINE V gelu(D d, V x) {
  static constexpr float erf[] = {7.889113731378022e-05F, -0.0008020839544361035F, 0.005189535144759965F,
                                  -0.02685444449143959F,  0.11283600173915535F,    -0.37612627135766596F,
                                  1.128379165913724F};
  static constexpr float rest[] = {1.4167215913099579e-05F, -0.00033452410094933396F, 0.0035732053880184324F,
                                   -0.023199702919529105F,  0.10470936194437055F,     -0.36280454908927884F,
                                   1.1272866974933569F,     0.00036088633618040463F};
  const V one = hn::Set(d, 1.0F), half = hn::Set(d, 0.5F);
  const V t = hn::Mul(hn::Abs(x), hn::Set(d, 0.70710678118654752F));
  const V square = hn::Mul(t, t);
  const V near = hn::MulAdd(hn::Mul(hn::Mul(x, hn::Set(d, 0.70710678118654752F)), half),
                            polynomial(d, square, erf), half);
  const V r = polynomial(d, hn::Min(t, hn::Set(d, 4.25F)), rest);
  const V tail = hn::Mul(half, exp_of_negative(d, hn::Neg(hn::Add(square, r))));
  const V far = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), tail, hn::Sub(one, tail));
  return hn::Mul(x, hn::IfThenElse(hn::Lt(t, one), near, far));
}

/// x times the logistic function of y: x / (1 + exp(-y)), or x exp(y) / (1 + exp(y)) where y is negative.
template <class D, class V>
HWY_INLINE V times_logistic(D d, V x, V y) {
  const V e = exp_of_negative(d, hn::Neg(hn::Abs(y)));
  const V above = hn::IfThenElse(hn::Lt(y, hn::Zero(d)), hn::Mul(x, e), x);
  return hn::Div(above, hn::Add(hn::Set(d, 1.0F), e));
}

/// (1 + tanh(z)) / 2 is the logistic function of 2 z, here with z = sqrt(2 / pi) (x + 0.044715 x^3).
template <class D, class V>
HWY_INLINE V gelu_tanh(D d, V x) {
  const V linear = hn::Set(d, 1.5957691216057308F), cubic = hn::Set(d, 0.07135481627260025F);
  return times_logistic(d, x, hn::Mul(x, hn::MulAdd(hn::Mul(x, x), cubic, linear)));
}

/// Not Max, which would turn NaN into 0.
template <class D, class V>
HWY_INLINE V relu(D d, V x) {
  return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Zero(d), x);
}

void run(Activation activation, float* values, std::size_t count) {
  switch (activation) {
    case Activation::gelu:
      return in_place(values, count, [](auto d, auto x) HWY_ATTR { return gelu(d, x); });
    case Activation::gelu_tanh:
      return in_place(values, count, [](auto d, auto x) HWY_ATTR { return gelu_tanh(d, x); });
    case Activation::relu:
      return in_place(values, count, [](auto d, auto x) HWY_ATTR { return relu(d, x); });
    case Activation::silu:
      return in_place(values, count, [](auto d, auto x) HWY_ATTR { return times_logistic(d, x, x); });
  }
}

void exp_values(float* values, std::size_t count) {
  in_place(values, count, [](auto d, auto x) HWY_ATTR { return exp_of_negative(d, x); });
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(run);
void activate(Activation activation, std::span<float> values) {
  HWY_DYNAMIC_DISPATCH(run)(activation, values.data(), values.size());
}

HWY_EXPORT(exp_values);
void exp_in_place(std::span<float> values) { HWY_DYNAMIC_DISPATCH(exp_values)(values.data(), values.size()); }

}  // namespace mha::kernel
#endif
