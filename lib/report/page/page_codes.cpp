#include "report/page/page_codes.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/base64.h"
#include "base/shape.h"

namespace mha {
namespace {

/// Sums over words round, so that a weight may lie this far above 1.
constexpr double slack = 1e-5;

}  // namespace

CodeRange code_range(const AttentionMaps& maps) {
  double least = std::numeric_limits<double>::infinity(), largest = -least;
  for (std::size_t sequence = 0; sequence < maps.sequences(); ++sequence) {
    for (std::size_t i = 0; i < maps.names().size(); ++i) {
      for (const double value : maps.map(sequence, i).values) {
        if (!std::isfinite(value)) continue;
        least = std::min(least, value);
        largest = std::max(largest, value);
      }
    }
  }
  if (least >= -slack && largest <= 1 + slack) return {};
  if (!(least <= largest)) return {};
  return {least, largest > least ? largest : least + 1};
}

std::uint16_t code_of(double value, const CodeRange& range) {
  if (!std::isfinite(value)) return code_of_none;
  const double share = (value - range.least) / (range.largest - range.least);
  return static_cast<std::uint16_t>(std::lround(std::clamp(share, 0.0, 1.0) * code_steps));
}

std::string codes_text(std::span<const double> values, const CodeRange& range) {
  std::string bytes;
  bytes.reserve(values.size() * 2);
  for (const double value : values) {
    const std::uint16_t code = code_of(value, range);
    bytes += static_cast<char>(code & 0xFF);
    bytes += static_cast<char>(code >> 8);
  }
  return encode_base64(bytes);
}

std::size_t codes_length(std::size_t count) {
  return checked_product(checked_product(count, 2, "bytes of the page") / 3 + 1, 4, "bytes of the page");
}

}  // namespace mha
