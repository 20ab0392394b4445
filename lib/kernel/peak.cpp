#include "kernel/peak.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/peak.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Two units of a latency of four to five cycles need ten chains; 16 registers hold twelve and two constants.
constexpr std::size_t chains = 12;

/// Adds up vectors and hides from the compiler that nobody looks.
template <class D>
HWY_INLINE float sum_of(D d, const hn::Vec<D> (&vectors)[chains]) {
  auto sum = vectors[0];
  for (std::size_t c = 1; c < chains; ++c) sum = hn::Add(sum, vectors[c]);
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

double spin(std::size_t rounds) {
  constexpr std::size_t steps = 8;  // of a round: the loop's own work is then nothing beside it
  using D = hn::ScalableTag<float>;
  const D d;
  // Unknown to the compiler; the chains tend to addend / (1 - factor) = 1 and stay ordinary numbers.
  const volatile float known_late[] = {0.75F, 0.25F};
  const auto factor = hn::Set(d, known_late[0]), addend = hn::Set(d, known_late[1]);
  hn::Vec<D> values[chains];
  for (std::size_t c = 0; c < chains; ++c) values[c] = hn::Iota(d, static_cast<float>(c));
  for (std::size_t i = 0; i < rounds; ++i) {
    for (std::size_t s = 0; s < steps; ++s) {
      for (std::size_t c = 0; c < chains; ++c) values[c] = hn::MulAdd(values[c], factor, addend);
    }
  }
  const volatile float unread = sum_of(d, values);
  static_cast<void>(unread);
  return 2.0 * static_cast<double>(rounds * steps * chains * hn::Lanes(d));
}

float read(std::span<const float> numbers) {
  using D = hn::ScalableTag<float>;
  const D d;
  const std::size_t lanes = hn::Lanes(d), step = chains * lanes;
  hn::Vec<D> sums[chains];
  for (std::size_t c = 0; c < chains; ++c) sums[c] = hn::Zero(d);
  std::size_t i = 0;
  for (; i + step <= numbers.size(); i += step) {
    for (std::size_t c = 0; c < chains; ++c) {
      sums[c] = hn::Add(sums[c], hn::LoadU(d, numbers.data() + i + c * lanes));
    }
  }
  float sum = sum_of(d, sums);
  for (; i < numbers.size(); ++i) sum += numbers[i];
  return sum;
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(spin);
HWY_EXPORT(read);

double spin_multiply_adds(std::size_t rounds) { return HWY_DYNAMIC_DISPATCH(spin)(rounds); }
float read_all(std::span<const float> numbers) { return HWY_DYNAMIC_DISPATCH(read)(numbers); }

}  // namespace mha::kernel
#endif
