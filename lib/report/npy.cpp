#include "report/npy.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "base/utf8.h"
#include "report/files.h"

namespace mha {
namespace {

constexpr std::size_t max_file_bytes = std::size_t{4} << 30;
constexpr std::size_t max_header_bytes = 10000;  // numpy's own limit
constexpr std::size_t max_rank = 32;             // numpy's own limit before 2.0
constexpr std::string_view magic = "\x93NUMPY";

/// What the header says.
struct Header {
  std::string type;  ///< "<f4"
  bool fortran_order = false;
  Shape shape;
};

/// Walks the Python literal of a header: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }.
class HeaderReader {
 public:
  HeaderReader(std::string_view text, std::string_view source) : text_(text), source_(source) {}

  Header read() {
    Header header;
    bool seen[3] = {};
    expect("{");
    while (!accept("}")) {
      const std::string key = quoted();
      expect(":");
      if (key == "descr") {
        header.type = quoted();
        seen[0] = true;
      } else if (key == "fortran_order") {
        header.fortran_order = accept("True");
        if (!header.fortran_order) expect("False");
        seen[1] = true;
      } else if (key == "shape") {
        header.shape = shape();
        seen[2] = true;
      } else {
        broken();
      }
      if (!accept(",")) {
        expect("}");
        break;
      }
    }
    if (!std::all_of(std::begin(seen), std::end(seen), [](bool s) { return s; })) broken();
    return header;
  }

 private:
  [[noreturn]] void broken() const {
    fail(Status::data,
         "{}: not a .npy file that can be read: its header is damaged or describes a structured type",
         source_);
  }

  void skip_space() {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\n' || text_[0] == '\t'))
      text_.remove_prefix(1);
  }

  bool accept(std::string_view token) {
    skip_space();
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    return true;
  }

  void expect(std::string_view token) {
    if (!accept(token)) broken();
  }

  std::string quoted() {
    skip_space();
    if (text_.empty() || (text_[0] != '\'' && text_[0] != '"')) broken();
    const std::size_t end = text_.find(text_[0], 1);
    if (end == std::string_view::npos) broken();
    std::string value(text_.substr(1, end - 1));
    text_.remove_prefix(end + 1);
    return value;
  }

  Shape shape() {
    Shape shape;
    expect("(");
    while (!accept(")")) {
      skip_space();
      std::size_t dimension = 0;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), dimension);
      if (error != std::errc() || shape.size() == max_rank) broken();
      text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
      shape.push_back(dimension);
      if (!accept(",")) {
        expect(")");
        break;
      }
    }
    return shape;
  }

  std::string_view text_;
  std::string_view source_;
};

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

const NumberType& type_of(const Header& header, std::string_view source) {
  const std::string_view type = header.type;
  const bool ordered = !type.empty() && std::string_view("<>|=").find(type[0]) != std::string_view::npos;
  for (const NumberType& known : number_types) {
    if (ordered && type.substr(1) == known.code) return known;
  }
  fail(Status::data, "{}: numbers of type '{}' are not read; save bool, integers or floats", source,
       utf8::printable(type));
}

/// Offset of the data, and the header between.
std::pair<Header, std::size_t> read_header(std::string_view file, std::string_view source) {
  if (!file.starts_with(magic) || file.size() < 10) {
    fail(Status::data, "{}: not a .npy file (it does not begin with \\x93NUMPY); save it with numpy.save",
         source);
  }
  const bool short_length = file[6] == 1;
  const std::size_t before = short_length ? 10 : 12;
  std::size_t size = 0;
  if (file.size() >= before) std::memcpy(&size, file.data() + 8, short_length ? 2 : 4);
  if (size > max_header_bytes || file.size() < before || file.size() - before < size) {
    fail(Status::data, "{}: a .npy header of {} bytes does not fit the file; is it truncated?", source, size);
  }
  return {HeaderReader(file.substr(before, size), source).read(), before + size};
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

std::string header_text(const NamedArray& array) {
  const bool wide = std::holds_alternative<std::span<const double>>(array.values);
  std::string shape = fmt::format("{}", fmt::join(array.shape, ", "));
  if (array.shape.size() == 1) shape += ',';
  std::string text =
      fmt::format("{{'descr': '<f{}', 'fortran_order': False, 'shape': ({}), }}", wide ? 8 : 4, shape);
  // Magic, version and length take 10 bytes; the data begins at a multiple of 64.
  text.append(63 - (text.size() + 10) % 64, ' ');
  return text + '\n';
}

}  // namespace

Tensor read_npy(const std::string& path) {
  const std::string source = utf8::printable(path);
  const std::string file = read_file(path, max_file_bytes);
  const auto [header, begin] = read_header(file, source);
  const NumberType& type = type_of(header, source);
  const std::size_t bytes = checked_product(element_count(header.shape), type.size, "bytes of the array");
  if (file.size() - begin != bytes) {
    fail(Status::data, "{}: {} of {} need {} bytes, but the file holds {}; is it truncated?", source,
         to_string(header.shape), header.type, bytes, file.size() - begin);
  }
  Tensor tensor = Tensor::zeros<double>(header.shape);
  const auto values = tensor.as<double>();
  const bool reversed = header.type[0] == '>';
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t index = header.fortran_order ? fortran_index(i, header.shape) : i;
    values[i] = type.read(file.data() + begin + index * type.size, reversed);
  }
  return tensor;
}

void write_npy(std::span<const NamedArray> arrays, OutputFile& file) {
  const NamedArray& array = arrays.front();
  const std::string header = header_text(array);
  const auto size = static_cast<std::uint16_t>(header.size());
  file.write(magic);
  file.write(std::string_view("\x01\x00", 2));
  file.write(&size, sizeof(size));
  file.write(header);
  const auto bytes = bytes_of(array);
  file.write(bytes.data(), bytes.size());
}

}  // namespace mha
