#include "kernel/widen.h"

#include <bit>
#include <cstdint>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/widen.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Widens whole vectors of float16 from the front, and gives how many numbers that were. Where the processor
/// cannot, none: Highway's way around it takes denormals for zero.
std::size_t widen_halves([[maybe_unused]] const std::byte* data, [[maybe_unused]] float* out,
                         [[maybe_unused]] std::size_t count) {
  std::size_t i = 0;
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || HWY_ARCH_ARM_A64
  const hn::CappedTag<float, 16> d;
  const hn::Rebind<hwy::float16_t, decltype(d)> halves;
  const hn::RebindToUnsigned<decltype(halves)> bits;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) {
    const auto half = hn::LoadU(bits, reinterpret_cast<const std::uint16_t*>(data) + i);
    hn::StoreU(hn::PromoteTo(d, hn::BitCast(halves, half)), d, out + i);
  }
#endif
  return i;
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(widen_halves);

namespace {

/// A number at any alignment.
template <class T>
T load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

/// IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits.
float from_float16(std::uint16_t half) {
  const std::uint32_t sign = std::uint32_t{half & 0x8000U} << 16;
  const std::uint32_t exponent = half >> 10 & 0x1FU, fraction = half & 0x3FFU;
  const std::uint32_t quiet = fraction == 0 ? 0 : 0x400000;  // processors make every NaN a quiet one
  if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000U | fraction << 13 | quiet);
  if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 127 - 15) << 23 | fraction << 13);
  // Denormals are whole multiples of 2^-24, which float32 holds as normal numbers.
  const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
  return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
}

/// The upper half of a float32.
float from_bfloat16(std::uint16_t half) { return std::bit_cast<float>(std::uint32_t{half} << 16); }

template <class Stored, class Out, class Convert>
void convert(const std::byte* data, std::span<Out> out, Convert to_number) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<Out>(to_number(load<Stored>(data + i * sizeof(Stored))));
  }
}

template <class Out>
void widen_to(const TensorView& tensor, std::size_t first, std::span<Out> out) {
  const std::byte* data = tensor.data + first * bytes_of(tensor.type);
  switch (tensor.type) {
    case ElementType::float32:
      return convert<float>(data, out, [](float value) { return value; });
    case ElementType::float64:
      return convert<double>(data, out, [](double value) { return value; });
    case ElementType::float16:
      return convert<std::uint16_t>(data, out, from_float16);
    case ElementType::bfloat16:
      return convert<std::uint16_t>(data, out, from_bfloat16);
  }
}

}  // namespace

void widen(const TensorView& tensor, std::size_t first, std::span<float> out) {
  if (tensor.type == ElementType::float32) {
    if (!out.empty()) std::memcpy(out.data(), tensor.data + first * sizeof(float), out.size_bytes());
    return;
  }
  if (tensor.type == ElementType::float16) {
    const std::byte* data = tensor.data + first * bytes_of(tensor.type);
    const std::size_t done = HWY_DYNAMIC_DISPATCH(widen_halves)(data, out.data(), out.size());
    first += done;
    out = out.subspan(done);
  }
  widen_to(tensor, first, out);
}
void widen(const TensorView& tensor, std::size_t first, std::span<double> out) {
  widen_to(tensor, first, out);
}

}  // namespace mha::kernel
#endif
