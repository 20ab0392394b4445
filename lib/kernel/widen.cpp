#include "kernel/widen.h"

#include <bit>
#include <cstdint>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/widen.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernel/stored-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mha::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Widens whole vectors from the front of each line, and gives how many numbers of a line that were.
template <class Stored>
HWY_INLINE std::size_t widen_vectors(const std::byte* data, const Lines& lines, float* out) {
  const hn::CappedTag<float, 16> d;
  const std::size_t whole = lines.length / hn::Lanes(d) * hn::Lanes(d);
  data += lines.first * sizeof(Stored);
  for (std::size_t line = 0; line < lines.count; ++line) {
    for (std::size_t i = 0; i < whole; i += hn::Lanes(d)) {
      hn::StoreU(LoadStored<Stored>(d, data + i * sizeof(Stored)), d, out + i);
    }
    data += lines.stride * sizeof(Stored);
    out += lines.length;
  }
  return whole;
}

std::size_t widen_bfloat16(const std::byte* data, const Lines& lines, float* out) {
  return widen_vectors<hwy::bfloat16_t>(data, lines, out);
}

std::size_t widen_float16(const std::byte* data, const Lines& lines, float* out) {
  if constexpr (widens_float16) return widen_vectors<hwy::float16_t>(data, lines, out);
  return 0;
}

bool takes(ElementType type) {
  return type == ElementType::float32 || type == ElementType::bfloat16 ||
         (type == ElementType::float16 && widens_float16);
}

}  // namespace mha::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mha::kernel {

HWY_EXPORT(widen_bfloat16);
HWY_EXPORT(widen_float16);
HWY_EXPORT(takes);

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

bool takes_stored(ElementType type) { return HWY_DYNAMIC_DISPATCH(takes)(type); }

void widen(const TensorView& tensor, const Lines& lines, std::span<float> out) {
  std::size_t done = 0;
  if (tensor.type == ElementType::bfloat16) {
    done = HWY_DYNAMIC_DISPATCH(widen_bfloat16)(tensor.data, lines, out.data());
  } else if (tensor.type == ElementType::float16) {
    done = HWY_DYNAMIC_DISPATCH(widen_float16)(tensor.data, lines, out.data());
  }
  if (done == lines.length) return;
  for (std::size_t i = 0; i < lines.count; ++i) {
    const std::span<float> line = out.subspan(i * lines.length, lines.length);
    widen_to(tensor, lines.first + i * lines.stride + done, line.subspan(done));
  }
}

void widen(const TensorView& tensor, std::size_t first, std::span<float> out) {
  if (tensor.type != ElementType::float32) return widen(tensor, {first, 1, out.size(), 0}, out);
  if (!out.empty()) std::memcpy(out.data(), tensor.data + first * sizeof(float), out.size_bytes());
}

void widen(const TensorView& tensor, std::size_t first, std::span<double> out) {
  widen_to(tensor, first, out);
}

}  // namespace mha::kernel
#endif
