#include "report/tensor_stats.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "kernel/widen.h"

namespace mha {
namespace {

/// Numbers that are read at a time; they stay in the first-level cache.
constexpr std::size_t chunk = 2048;

template <class Number>
void read_as(const std::byte* data, std::span<double> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    Number number;  // at any alignment
    std::memcpy(&number, data + i * sizeof(Number), sizeof(Number));
    out[i] = static_cast<double>(number);
  }
}

struct IntegerType {
  NumberKind kind;
  std::size_t bits;
  void (*read)(const std::byte*, std::span<double>);
};

constexpr IntegerType integer_types[] = {
    {NumberKind::boolean, 8, read_as<std::uint8_t>},   {NumberKind::natural, 8, read_as<std::uint8_t>},
    {NumberKind::natural, 16, read_as<std::uint16_t>}, {NumberKind::natural, 32, read_as<std::uint32_t>},
    {NumberKind::natural, 64, read_as<std::uint64_t>}, {NumberKind::integer, 8, read_as<std::int8_t>},
    {NumberKind::integer, 16, read_as<std::int16_t>},  {NumberKind::integer, 32, read_as<std::int32_t>},
    {NumberKind::integer, 64, read_as<std::int64_t>},
};

/// None for types that are no integers.
const IntegerType* integer_type(const StoredType& type) {
  const auto found = std::ranges::find_if(integer_types, [&](const IntegerType& known) {
    return known.kind == type.kind && known.bits == type.bits;
  });
  return found == std::end(integer_types) ? nullptr : found;
}

void read_numbers(const FoundTensor& found, std::size_t first, std::span<double> out) {
  const StoredType& type = *found.tensor.type;
  if (type.element) return kernel::widen({found.tensor.shape, *type.element, found.data}, first, out);
  const IntegerType* const integers = integer_type(type);
  assert(integers != nullptr);
  integers->read(found.data + first * (type.bits / 8), out);
}

/// Mean of finite numbers and the sum of their squared distances from it.
struct Moments {
  double count = 0, mean = 0, squares = 0;

  void join(const Moments& more) {
    const double sum = count + more.count, distance = more.mean - mean;
    if (sum == 0) return;
    mean += distance * (more.count / sum);
    squares += more.squares + distance * distance * (count * more.count / sum);
    count = sum;
  }
};

/// The sum of term(number), in sums side by side that a compiler keeps in vectors.
template <class Term>
double sum_of(std::span<const double> numbers, Term term) {
  constexpr std::size_t side_by_side = 8;
  double sums[side_by_side] = {};
  const std::size_t whole = numbers.size() - numbers.size() % side_by_side;
  for (std::size_t i = 0; i < whole; i += side_by_side) {
    for (std::size_t j = 0; j < side_by_side; ++j) sums[j] += term(numbers[i + j]);
  }
  for (std::size_t i = whole; i < numbers.size(); ++i) sums[i - whole] += term(numbers[i]);
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

Moments moments_of(std::span<const double> finite) {
  if (finite.empty()) return {};
  const auto count = static_cast<double>(finite.size());
  const double rough = sum_of(finite, [](double x) { return x; }) / count;
  const double mean = rough + sum_of(finite, [=](double x) { return x - rough; }) / count;
  return {count, mean, sum_of(finite, [=](double x) { return (x - mean) * (x - mean); })};
}

/// Counts what is not finite and what is zero; gives the finite numbers, moved together to the front.
std::span<double> take_finite(std::span<double> numbers, TensorStats& stats) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double number = numbers[i];
    if (std::isfinite(number)) {
      stats.zeros += number == 0 ? 1 : 0;
      numbers[kept++] = number;
      continue;
    }
    if (!stats.first_bad) stats.first_bad = stats.count + i;
    ++(std::isnan(number) ? stats.nans : stats.infinities);
  }
  stats.count += numbers.size();
  return numbers.first(kept);
}

void take_range(std::span<const double> finite, TensorStats& stats) {
  if (finite.empty()) return;
  const auto [least, most] = std::ranges::minmax(finite);
  stats.min = std::min(stats.min.value_or(least), least);
  stats.max = std::max(stats.max.value_or(most), most);
}

}  // namespace

bool has_stats(const StoredType& type) { return type.element || integer_type(type) != nullptr; }

TensorStats tensor_stats(const FoundTensor& tensor) {
  const std::size_t count = element_count(tensor.tensor.shape);
  std::vector<double> room(std::min(count, chunk));
  TensorStats stats;
  Moments moments;
  while (stats.count < count) {
    const std::span<double> numbers(room.data(), std::min(chunk, count - stats.count));
    read_numbers(tensor, stats.count, numbers);
    const std::span<double> finite = take_finite(numbers, stats);
    take_range(finite, stats);
    moments.join(moments_of(finite));
  }
  if (moments.count == 0) return stats;
  stats.mean = moments.mean;
  stats.deviation = std::sqrt(moments.squares / moments.count);
  return stats;
}

}  // namespace mha
