// Numbers for tests, and their comparison.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <random>
#include <span>
#include <vector>

namespace mha::test {

/// Normal numbers of a fixed seed.
inline std::vector<float> normals(std::size_t count, unsigned seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(engine);
  return values;
}

/// True when both hold the same bits.
template <class A, class B>
bool same_bits(const A& a, const B& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(*a.data())) == 0;
}

/// Largest difference over largest magnitude of the expected numbers.
template <class A, class B>
double relative_error(const A& actual, const B& expected) {
  double difference = 0, magnitude = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double error = std::abs(static_cast<double>(actual[i]) - static_cast<double>(expected[i]));
    difference = std::isnan(error) ? INFINITY : std::max(difference, error);
    magnitude = std::max(magnitude, std::abs(static_cast<double>(expected[i])));
  }
  return magnitude == 0 ? difference : difference / magnitude;
}

}  // namespace mha::test
