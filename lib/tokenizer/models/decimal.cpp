#include "tokenizer/models/decimal.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace mha {
namespace {

/// Up to here a number of digits and a power of ten are exact, and their quotient is rounded once.
constexpr std::uint64_t exact_digits = std::uint64_t{1} << 53;
constexpr int exact_power = 22;

/// A decimal without its sign: digits * 10^exponent.
struct Decimal {
  std::uint64_t digits = 0;
  int exponent = 0;
};

Decimal shortest_decimal(double number) {
  std::array<char, 40> text;
  const auto written =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::scientific);
  Decimal decimal;
  bool behind_point = false;
  const char* at = text.data();
  for (; *at != 'e'; ++at) {
    if (*at == '.') {
      behind_point = true;
      continue;
    }
    decimal.digits = 10 * decimal.digits + static_cast<std::uint64_t>(*at - '0');
    if (behind_point) --decimal.exponent;
  }
  if (*++at == '+') ++at;
  int power = 0;
  std::from_chars(at, written.ptr, power);
  decimal.exponent += power;
  return decimal;
}

/// 10 to the power of `exponent`, rounded to the nearest; the exponent is from 0 to 308.
double power_of_ten(int exponent) {
  std::array<char, 8> text = {'1', 'e'};
  const auto written = std::to_chars(text.data() + 2, text.data() + text.size(), exponent);
  double power = 0;
  std::from_chars(text.data(), written.ptr, power);
  return power;
}

}  // namespace

double serde_number(double number) {
  const Decimal decimal = shortest_decimal(std::abs(number));
  if (decimal.digits <= exact_digits && std::abs(decimal.exponent) <= exact_power) return number;
  auto value = static_cast<double>(decimal.digits);
  int exponent = decimal.exponent;
  for (; exponent < -308; exponent += 308) value /= 1e308;
  const double power = power_of_ten(std::abs(exponent));
  value = exponent < 0 ? value / power : value * power;
  return std::copysign(value, number);
}

}  // namespace mha
