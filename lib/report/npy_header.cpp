#include "report/npy_header.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "base/error.h"

namespace mha {
namespace {

constexpr std::size_t max_header_bytes = 10000;  // numpy's own limit
constexpr std::size_t max_rank = 32;             // numpy's own limit before 2.0
constexpr std::string_view magic = "\x93NUMPY";

/// Walks the Python literal of a header: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }.
class HeaderReader {
 public:
  HeaderReader(std::string_view text, std::string_view source) : text_(text), source_(source) {}

  NpyHeader read() {
    NpyHeader header;
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
    skip_space();
    if (!text_.empty()) broken();
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

}  // namespace

std::pair<NpyHeader, std::size_t> read_npy_header(std::string_view file, std::string_view source) {
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

void check_npy_length(const NpyHeader& header, std::size_t size, std::size_t bytes, std::string_view source) {
  const std::size_t needed = checked_product(element_count(header.shape), size, "bytes of the array");
  if (bytes == needed) return;
  fail(Status::data, "{}: {} of {} need {} bytes, but the file holds {}; is it truncated?", source,
       to_string(header.shape), header.type, needed, bytes);
}

std::string npy_header(const NpyHeader& header) {
  std::string shape = fmt::format("{}", fmt::join(header.shape, ", "));
  if (header.shape.size() == 1) shape += ',';
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': ({}), }}", header.type,
                                 header.fortran_order ? "True" : "False", shape);
  // Magic, version and length take 10 bytes.
  text.append(63 - (text.size() + 10) % 64, ' ');
  text += '\n';
  const auto size = static_cast<std::uint16_t>(text.size());
  std::string bytes(magic);
  bytes.append({1, 0, static_cast<char>(size & 0xFF), static_cast<char>(size >> 8)});
  return bytes + text;
}

}  // namespace mha
