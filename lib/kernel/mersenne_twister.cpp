#include "kernel/mersenne_twister.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/mersenne_twister.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernel/fused-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {

// 1, 2, 4, 8 and 16 lanes all divide the 624 words of the state.
using Tag = hn::CappedTag<uint32_t, 16>;

/// The top bit of `a` over the other bits of `b`.
template <class D>
HWY_INLINE hn::Vec<D> TopBitOf(D d, hn::Vec<D> a, hn::Vec<D> b) {
#if HWY_TARGET <= HWY_AVX3  // one instruction there; elsewhere IfVecThenElse may pick whole lanes only
  return hn::IfVecThenElse(hn::Set(d, 0x80000000u), a, b);
#else
  return hn::OrAnd(hn::And(a, hn::Set(d, 0x80000000u)), b, hn::Set(d, 0x7fffffffu));
#endif
}

/// What word k turns into, from words k, k + 1 and k + 397.
template <class D>
HWY_INLINE hn::Vec<D> Twisted(D d, const uint32_t* word, const uint32_t* far) {
  const auto joined = TopBitOf(d, hn::Load(d, word), hn::LoadU(d, word + 1));
  const auto odd = hn::IfThenElseZero(hn::TestBit(joined, hn::Set(d, 1u)), hn::Set(d, 0x9908b0dfu));
  return hn::Xor3(hn::LoadU(d, far), hn::ShiftRight<1>(joined), odd);
}

/// Renews the state of 624 words `times` times. Its first words are copied behind its end.
void Twist(uint32_t* HWY_RESTRICT state, size_t times) {
  const Tag d;
  const size_t lanes = hn::Lanes(d);
  for (; times != 0; --times) {
    const auto first = Twisted(d, state, state + 397);
    hn::Store(first, d, state);
    hn::Store(first, d, state + 624);
    size_t k = lanes;
    for (; k < 624 - 397; k += lanes) hn::Store(Twisted(d, state + k, state + k + 397), d, state + k);
    for (; k < 624; k += lanes) hn::Store(Twisted(d, state + k, state + k - 227), d, state + k);
  }
}

template <class D>
HWY_INLINE hn::Vec<D> Tempered(D d, const uint32_t* words) {
  auto y = hn::LoadU(d, words);
  y = hn::Xor(y, hn::ShiftRight<11>(y));
  y = hn::Xor(y, hn::And(hn::ShiftLeft<7>(y), hn::Set(d, 0x9d2c5680u)));
  y = hn::Xor(y, hn::And(hn::ShiftLeft<15>(y), hn::Set(d, 0xefc60000u)));
  return hn::Xor(y, hn::ShiftRight<18>(y));
}

/// Stores make(i) for lanes [i, i + lanes) of `out`; nothing is written at or behind out + count.
template <class D, class Make>
HWY_INLINE void StoreEach(D d, hn::TFromD<D>* HWY_RESTRICT out, size_t count, Make make) {
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(make(i), d, out + i);
  if (i == count) return;
  HWY_ALIGN hn::TFromD<D> rest[16];
  hn::Store(make(i), d, rest);
  std::memcpy(out + i, rest, (count - i) * sizeof(*out));
}

void Fill(const uint32_t* words, uint32_t* out, size_t count) {
  const Tag d;
  StoreEach(d, out, count, [=](size_t i) HWY_ATTR { return Tempered(d, words + i); });
}

void Uniform(const uint32_t* words, std::span<float> out, float from, float to) {
  const FusedTag<16> d;
  const hn::RebindToUnsigned<decltype(d)> bits;
  const hn::RebindToSigned<decltype(d)> integers;
  const auto low = hn::Set(d, from);
  const auto high = hn::Set(d, to);
  // Scaling by a power of two is exact: it may as well be done to the factor.
  const auto step = hn::Set(d, (to - from) * 0x1p-24f);
  StoreEach(d, out.data(), out.size(), [=](size_t i) HWY_ATTR {
    const auto draw = hn::And(Tempered(bits, words + i), hn::Set(bits, 0xffffffu));
    const auto result = Fused(d, hn::ConvertTo(d, hn::BitCast(integers, draw)), step, low);
    return hn::IfThenElse(hn::Eq(result, high), low, result);
  });
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(Twist);
HWY_EXPORT(Fill);
HWY_EXPORT(Uniform);

MersenneTwister::MersenneTwister(std::uint32_t seed) {
  state_[0] = seed;
  for (std::size_t i = 1; i < words; ++i) {
    const std::uint32_t last = state_[i - 1];
    state_[i] = 1812433253u * (last ^ (last >> 30)) + static_cast<std::uint32_t>(i);
  }
  std::copy_n(state_.begin(), widest, state_.begin() + words);
}

void MersenneTwister::discard(std::uint64_t count) {
  position_ += count;
  const std::uint64_t left = words - next_;
  if (count <= left) {
    next_ += count;
    return;
  }
  const std::uint64_t twists = (count - left + words - 1) / words;
  HWY_DYNAMIC_DISPATCH(Twist)(state_.data(), twists);
  next_ = count - left - (twists - 1) * words;
}

std::span<const std::uint32_t> MersenneTwister::take(std::size_t limit) {
  if (next_ == words) {
    HWY_DYNAMIC_DISPATCH(Twist)(state_.data(), 1);
    next_ = 0;
  }
  const std::span taken(state_.data() + next_, std::min(limit, words - next_));
  next_ += taken.size();
  position_ += taken.size();
  return taken;
}

void MersenneTwister::fill(std::span<std::uint32_t> out) {
  while (!out.empty()) {
    const auto taken = take(out.size());
    HWY_DYNAMIC_DISPATCH(Fill)(taken.data(), out.data(), taken.size());
    out = out.subspan(taken.size());
  }
}

void MersenneTwister::uniform(std::span<float> out, float from, float to) {
  assert(to - from > 0x1p-100f);
  while (!out.empty()) {
    const auto taken = take(out.size());
    HWY_DYNAMIC_DISPATCH(Uniform)(taken.data(), out.first(taken.size()), from, to);
    out = out.subspan(taken.size());
  }
}

}  // namespace mha::kernel
#endif  // HWY_ONCE
