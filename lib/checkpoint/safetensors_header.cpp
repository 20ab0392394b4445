#include "checkpoint/safetensors_header.h"

#include <fmt/ranges.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>

#include "base/error.h"
#include "base/utf8.h"
#include "checkpoint/foreign_format.h"
#include "checkpoint/layout_check.h"

namespace mha {
namespace {

constexpr std::size_t max_header = 100'000'000;  // of the reference implementation
constexpr std::size_t max_rank = 8;
constexpr std::size_t length_bytes = sizeof(std::uint64_t);

static_assert(std::endian::native == std::endian::little, "safetensors files are little-endian");

/// Fails with what the file looks like, if that is known, or else with `reason`.
[[noreturn]] void refuse_file(std::span<const std::byte> file, const std::string& source,
                              const std::string& reason) {
  if (const auto format = foreign_format(file)) fail(Status::data, "{}: {}", source, *format);
  fail(Status::data, "{}: {}", source, reason);
}

/// The length of the header, which lies inside the file and begins as one.
std::size_t header_length(std::span<const std::byte> file, const std::string& source) {
  if (file.size() < length_bytes) {
    refuse_file(file, source,
                fmt::format("{} bytes; a safetensors file has at least 8; download it again", file.size()));
  }
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), length_bytes);
  const std::size_t left = file.size() - length_bytes;
  if (length > max_header) {
    refuse_file(file, source,
                fmt::format("not a safetensors file: header length {} exceeds {}", length, max_header));
  }
  if (length > left) {
    refuse_file(
        file, source,
        fmt::format("header of {} bytes, but the file has {} left; truncated download?", length, left));
  }
  if (length == 0) refuse_file(file, source, "header is empty; not a safetensors file");
  if (file[length_bytes] != std::byte{'{'}) {
    refuse_file(file, source, "not a safetensors file: its header does not begin with '{'");
  }
  return length;
}

JsonDocument parse_header(std::span<const std::byte> file, const std::string& source,
                          std::size_t data_begin) {
  const auto header = file.subspan(length_bytes, data_begin - length_bytes);
  std::string text;
  text.reserve(header.size() + JsonDocument::room);
  text.append(reinterpret_cast<const char*>(header.data()), header.size());
  return {std::move(text), source + ": header"};
}

/// Reads what the header says of one tensor; what is wrong names it.
class TensorReader {
 public:
  TensorReader(std::string_view name, JsonValue entry, const std::string& source)
      : name_(name), entry_(entry), source_(source) {}

  StoredTensor read() const {
    if (!entry_.is_object()) refuse(fmt::format("is described by {}, not by an object", entry_.describe()));
    const auto [begin, end] = offsets();
    return {name_, &type(), shape(), begin, end};
  }

 private:
  [[noreturn]] void refuse(const std::string& reason) const {
    fail(Status::data, "{}: tensor '{}' {}", source_, utf8::printable(name_), reason);
  }

  JsonValue member(std::string_view key) const {
    const auto value = entry_.find(key);
    if (!value) refuse(fmt::format("has no {}", key));
    return *value;
  }

  const StoredType& type() const {
    const JsonValue value = member("dtype");
    const auto name = value.string();
    for (const StoredType& type : stored_types) {
      if (name == type.name) return type;
    }
    std::vector<std::string_view> known;
    for (const StoredType& type : stored_types) known.push_back(type.name);
    refuse(fmt::format("has dtype {}; known are {}", value.describe(), fmt::join(known, ", ")));
  }

  JsonValue list(std::string_view key) const {
    const JsonValue value = member(key);
    if (!value.is_array()) refuse(fmt::format("has {} {}, not a list", key, value.describe()));
    return value;
  }

  /// The items of a list, whose number has been found to be fit.
  Shape naturals(std::string_view key, JsonValue items, std::size_t count) const {
    Shape numbers;
    numbers.reserve(count);
    items.each_item([&](JsonValue item) {
      const auto number = item.natural();
      if (!number)
        refuse(fmt::format("has {} in its {}; that is no whole number from 0 on", item.describe(), key));
      numbers.push_back(*number);
    });
    return numbers;
  }

  Shape shape() const {
    const JsonValue items = list("shape");
    const std::size_t rank = items.size();
    if (rank > max_rank) refuse(fmt::format("has rank {}; more than {} is not supported", rank, max_rank));
    return naturals("shape", items, rank);
  }

  std::pair<std::size_t, std::size_t> offsets() const {
    const JsonValue items = list("data_offsets");
    if (items.size() != 2) refuse(fmt::format("has {} data_offsets, not 2", items.size()));
    const Shape numbers = naturals("data_offsets", items, 2);
    return {numbers[0], numbers[1]};
  }

  std::string_view name_;
  JsonValue entry_;
  const std::string& source_;
};

/// Free text, which only has to be text. The reference implementation takes null for none.
void check_metadata(JsonValue metadata, const std::string& source) {
  if (metadata.is_null()) return;
  if (!metadata.is_object()) {
    fail(Status::data, "{}: __metadata__ is {}, not an object", source, metadata.describe());
  }
  metadata.each_member([&](std::string_view name, JsonValue value) {
    if (value.string()) return;
    fail(Status::data, "{}: __metadata__ '{}' is {}, not a string", source, utf8::printable(name),
         value.describe());
  });
}

/// Names of tensors differ in numbers at several places, which a hash must spread well.
std::size_t hash_of(std::string_view name) { return std::hash<std::string_view>()(name); }

/// The half of a hash that does not choose the slot.
std::uint32_t tag_of(std::size_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

}  // namespace

SafetensorsHeader::SafetensorsHeader(std::span<const std::byte> file, const std::string& source)
    : data_begin_(length_bytes + header_length(file, source)),
      document_(parse_header(file, source, data_begin_)) {
  tensors_.reserve(document_.root().size());
  document_.root().each_member([&](std::string_view name, JsonValue value) {
    if (name == "__metadata__") {
      check_metadata(value, source);
    } else {
      tensors_.push_back(TensorReader(name, value, source).read());
    }
  });
  check_layout(tensors_, data_begin_, file.size(), source);
  slots_.resize(std::bit_ceil(2 * tensors_.size() + 1));  // at most half full
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    const std::size_t hash = hash_of(tensors_[i].name);
    slots_[slot_of(tensors_[i].name, hash)] = {tag_of(hash), static_cast<std::uint32_t>(i + 1)};
  }
}

std::size_t SafetensorsHeader::slot_of(std::string_view name, std::size_t hash) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  const auto is_it = [&](const Slot& slot) {
    return slot.place == 0 || (slot.tag == tag_of(hash) && tensors_[slot.place - 1].name == name);
  };
  std::size_t slot = hash & mask;
  while (!is_it(slots_[slot])) slot = (slot + 1) & mask;
  return slot;
}

const StoredTensor* SafetensorsHeader::find(std::string_view name) const noexcept {
  const std::uint32_t place = slots_[slot_of(name, hash_of(name))].place;
  return place == 0 ? nullptr : &tensors_[place - 1];
}

}  // namespace mha
