#include "checkpoint/layout_check.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "base/utf8.h"

namespace mha {
namespace {

/// Bytes that shape and type take; nothing if 64 bits cannot count the bits.
struct Extent {
  std::size_t bytes;
  bool whole;  ///< no bits are left over
};
std::optional<Extent> extent_of(const StoredTensor& tensor) {
  std::size_t bits = 1;
  for (const std::size_t dimension : tensor.shape) {
    if (__builtin_mul_overflow(bits, dimension, &bits)) return std::nullopt;
  }
  if (__builtin_mul_overflow(bits, tensor.type->bits, &bits)) return std::nullopt;
  return Extent{bits / 8, bits % 8 == 0};
}

[[noreturn]] void refuse(const StoredTensor& tensor, const std::string& source, const std::string& reason) {
  fail(Status::data, "{}: tensor '{}' {}", source, utf8::printable(tensor.name), reason);
}

void check_size(const StoredTensor& tensor, const std::string& source) {
  const auto extent = extent_of(tensor);
  const std::string shape = to_string(tensor.shape);
  if (!extent) refuse(tensor, source, fmt::format("is {}: its element count overflows 64 bits", shape));
  if (!extent->whole) {
    refuse(tensor, source,
           fmt::format("is {} of {}, which is no whole number of bytes", shape, tensor.type->name));
  }
  if (extent->bytes != tensor.end - tensor.begin) {
    refuse(
        tensor, source,
        fmt::format("is {} of {}, which takes {} bytes, but its data_offsets [{}, {}] hold {}", shape,
                    tensor.type->name, extent->bytes, tensor.begin, tensor.end, tensor.end - tensor.begin));
  }
}

/// Each tensor begins where the one before it ends. Gives the end of the last one.
std::size_t check_neighbours(std::span<const StoredTensor* const> order, const std::string& source) {
  std::size_t end = 0;
  for (const StoredTensor* tensor : order) {
    if (tensor->begin > tensor->end) {
      refuse(*tensor, source, fmt::format("begins at {} and ends before, at {}", tensor->begin, tensor->end));
    }
    if (tensor->begin != end) {
      refuse(*tensor, source,
             fmt::format("begins at {}, but the data before it ends at {}: {}", tensor->begin, end,
                         tensor->begin > end ? "a hole" : "an overlap"));
    }
    check_size(*tensor, source);
    end = tensor->end;
  }
  return end;
}

/// "90,868,376"
std::string grouped(std::size_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::size_t place = digits.size(); place > 3;) digits.insert(place -= 3, 1, ',');
  return digits;
}

[[noreturn]] void refuse_truncated(std::size_t found, std::size_t wanted, const std::string& source) {
  const auto percent = static_cast<int>(static_cast<double>(found) / static_cast<double>(wanted) * 100);
  fail(Status::data, "{}: truncated: {} of {} bytes ({} %); download it again", source, grouped(found),
       grouped(wanted), std::min(percent, 99));
}

}  // namespace

void check_layout(std::span<const StoredTensor> tensors, std::size_t data_begin, std::size_t file_size,
                  const std::string& source) {
  std::vector<const StoredTensor*> order;
  order.reserve(tensors.size());
  for (const StoredTensor& tensor : tensors) order.push_back(&tensor);
  const auto place = [](const StoredTensor* tensor) { return std::tie(tensor->begin, tensor->end); };
  const auto before = [&](auto* a, auto* b) { return place(a) < place(b); };
  if (!std::ranges::is_sorted(order, before)) std::ranges::sort(order, before);

  const std::size_t end = check_neighbours(order, source);
  const std::size_t data_size = file_size - data_begin;
  if (end > std::numeric_limits<std::size_t>::max() - data_begin) {
    fail(Status::data, "{}: its tensors end at byte {}, beyond what a file can hold", source, end);
  }
  if (end > data_size) refuse_truncated(file_size, data_begin + end, source);
  if (end < data_size) {
    fail(Status::data,
         "{}: {} bytes after the last tensor, which belong to none; cut them off or download it again",
         source, grouped(data_size - end));
  }
}

}  // namespace mha
