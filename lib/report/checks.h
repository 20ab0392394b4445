// Expectations and checks: what makes a run end with status 1.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/report.h"

namespace mha {

/// One --expect NAME=VALUE: a number, a word, or a shape whose '?' or '*' stand for any one dimension.
struct Expectation {
  std::string name, value;
};

/// "expected output = 1x5x512, found 1x5x768", or nothing if it holds.
std::optional<std::string> failure_of(const Expectation& expectation, const Run& run);

/// One --check: a property of the numbers.
struct Check {
  std::string_view name;
  std::string_view meaning;
  bool (*looks_at)(const TensorName&);  ///< activations that it needs
  /// The worst number and where it stands, or nothing if the property holds.
  std::optional<std::string> (*failure)(const Trace&);
};

std::span<const Check> checks();

/// Throws Error(usage) with the nearest name.
const Check& find_check(std::string_view name);

}  // namespace mha
