// What may not be there, as JSON.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <optional>
#include <string>

namespace mha {

/// The whole number, or null.
inline std::string json_or_null(const std::optional<std::size_t>& count) {
  return count ? fmt::format("{}", *count) : "null";
}

/// The number as short as it reads back the same, or null; null too for what JSON has no form for.
inline std::string json_or_null(const std::optional<double>& number) {
  return number && std::isfinite(*number) ? fmt::format("{}", *number) : "null";
}

}  // namespace mha
