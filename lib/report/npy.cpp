#include "report/npy.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "report/npy_header.h"

namespace mha {
namespace {

constexpr std::size_t max_file_bytes = std::size_t{4} << 30;

double from_half(std::uint16_t bits) {
  const int exponent = bits >> 10 & 0x1F;
  const int fraction = bits & 0x3FF;
  const double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
  if (exponent == 31) return fraction == 0 ? sign * INFINITY : NAN;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024 + fraction, exponent - 25);
}

/// Reads one number of type T, its bytes reversed if need be.
template <class T>
double number(const char* place, bool reversed) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, place, sizeof(T));
  if (reversed) std::reverse(bytes, bytes + sizeof(T));
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return static_cast<double>(value);
}

struct NumberType {
  std::string_view code;
  std::size_t size;
  double (*read)(const char*, bool);
};

constexpr NumberType number_types[] = {
    {"b1", 1, number<std::uint8_t>},
    {"i1", 1, number<std::int8_t>},
    {"u1", 1, number<std::uint8_t>},
    {"i2", 2, number<std::int16_t>},
    {"u2", 2, number<std::uint16_t>},
    {"i4", 4, number<std::int32_t>},
    {"u4", 4, number<std::uint32_t>},
    {"i8", 8, number<std::int64_t>},
    {"u8", 8, number<std::uint64_t>},
    {"f4", 4, number<float>},
    {"f8", 8, number<double>},
    {"f2", 2,
     [](const char* place, bool reversed) {
       return from_half(static_cast<std::uint16_t>(number<std::uint16_t>(place, reversed)));
     }},
};

const NumberType& type_of(const NpyHeader& header, std::string_view source) {
  const std::string_view type = header.type;
  const bool ordered = !type.empty() && std::string_view("<>|=").find(type[0]) != std::string_view::npos;
  for (const NumberType& known : number_types) {
    if (ordered && type.substr(1) == known.code) return known;
  }
  fail(Status::data, "{}: numbers of type '{}' are not read; save bool, integers or floats", source,
       utf8::printable(type));
}

/// Index in the file of element `index` (row-major) of an array in Fortran order.
std::size_t fortran_index(std::size_t index, const Shape& shape) {
  std::size_t result = 0, stride = element_count(shape);
  for (std::size_t i = shape.size(); i-- > 0;) {
    stride /= shape[i];
    result += index % shape[i] * stride;
    index /= shape[i];
  }
  return result;
}

}  // namespace

Tensor read_npy(const std::string& path) {
  return parse_npy(read_file(path, max_file_bytes), utf8::printable(path));
}

Tensor parse_npy(std::string_view file, std::string_view source) {
  const auto [header, begin] = read_npy_header(file, source);
  const NumberType& type = type_of(header, source);
  check_npy_length(header, type.size, file.size() - begin, source);
  require_memory(checked_product(element_count(header.shape), sizeof(double), "bytes of the array"),
                 std::string(source));
  Tensor tensor = Tensor::zeros<double>(header.shape);
  const auto values = tensor.as<double>();
  const bool reversed = header.type[0] == '>';
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t index = header.fortran_order ? fortran_index(i, header.shape) : i;
    values[i] = type.read(file.data() + begin + index * type.size, reversed);
  }
  return tensor;
}

}  // namespace mha
