#include "report/compare.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "kernel/widen.h"

namespace mha {
namespace {

constexpr std::size_t chunk = 4096;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// Numbers in the order of the values that their bits stand for; 0 and -0 are the same.
template <class Signed, class Float>
Signed ordinal(Float value) {
  const auto bits = std::bit_cast<Signed>(value);
  return bits < 0 ? std::numeric_limits<Signed>::min() - bits : bits;
}

template <class Signed, class Unsigned, class Float>
std::uint64_t steps_between(Float a, Float b) {
  const Signed x = ordinal<Signed>(a), y = ordinal<Signed>(b);
  return x > y ? static_cast<Unsigned>(x) - static_cast<Unsigned>(y)
               : static_cast<Unsigned>(y) - static_cast<Unsigned>(x);
}

/// What is known after some of the numbers.
class Comparison {
 public:
  Comparison(const Tolerance& tolerance, bool wide) : tolerance_(tolerance), wide_(wide) {}

  void add(std::span<const double> a, std::span<const double> b) {
    for (std::size_t i = 0; i < a.size(); ++i) add(a[i], b[i], result_.count + i);
    result_.count += a.size();
  }

  Difference result() const {
    Difference result = result_;
    if (result.count > 0) result.mean_absolute = sum_ / static_cast<double>(result.count);
    result.cosine = cosine();
    return result;
  }

 private:
  void add(double a, double b, std::size_t index) {
    const bool finite = std::isfinite(a) && std::isfinite(b);
    if (finite) add_product(a, b);
    if (a == b || (tolerance_.equal_nan && std::isnan(a) && std::isnan(b))) return;
    ++result_.unequal;
    const double distance = finite ? std::abs(a - b) : infinity;
    sum_ += distance;
    result_.absolute.take(distance, index);
    if (b != 0 && std::isfinite(b)) result_.relative.take(distance / std::abs(b), index);
    if (!finite || distance > tolerance_.atol + tolerance_.rtol * std::abs(b)) ++result_.beyond;
    if (finite) result_.ulps.take(ulps(a, b), index);
  }

  /// Of equal tensors just 1, however the sums are rounded.
  double cosine() const {
    if (a_squares_ == 0 && b_squares_ == 0) return 1;
    if (a_squares_ == 0 || b_squares_ == 0) return std::nan("");
    if (result_.unequal == 0) return 1;
    return std::clamp(products_ / (std::sqrt(a_squares_) * std::sqrt(b_squares_)), -1.0, 1.0);
  }

  void add_product(double a, double b) {
    products_ += a * b;
    a_squares_ += a * a;
    b_squares_ += b * b;
  }

  std::uint64_t ulps(double a, double b) const {
    if (wide_) return steps_between<std::int64_t, std::uint64_t>(a, b);
    return steps_between<std::int32_t, std::uint32_t>(static_cast<float>(a), static_cast<float>(b));
  }

  const Tolerance tolerance_;
  const bool wide_;
  Difference result_;
  double sum_ = 0, products_ = 0, a_squares_ = 0, b_squares_ = 0;
};

}  // namespace

Difference compare(const TensorView& a, const TensorView& b, const Tolerance& tolerance) {
  assert(a.shape == b.shape);
  const std::size_t count = element_count(a.shape);
  Comparison comparison(tolerance, a.type == ElementType::float64 && b.type == ElementType::float64);
  std::vector<double> a_room(std::min(count, chunk)), b_room(a_room.size());
  for (std::size_t first = 0; first < count; first += chunk) {
    const std::size_t size = std::min(chunk, count - first);
    const std::span<double> some_a(a_room.data(), size), some_b(b_room.data(), size);
    kernel::widen(a, first, some_a);
    kernel::widen(b, first, some_b);
    comparison.add(some_a, some_b);
  }
  return comparison.result();
}

}  // namespace mha
