// Numbers as the page holds them: 16 bits each, in base64.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "report/maps.h"

namespace mha {

/// Codes 0 to `code_steps` stand for evenly spaced numbers from the least to the largest of a page;
/// `code_of_none` for what is NaN or infinite (as scores are where they are masked).
inline constexpr std::uint16_t code_steps = 65534, code_of_none = 65535;

/// The numbers that the codes 0 and code_steps stand for.
struct CodeRange {
  double least = 0, largest = 1;
};

/// [0, 1] if all finite numbers of the maps lie there, as weights do; otherwise from the least to the
/// largest.
CodeRange code_range(const AttentionMaps& maps);

/// The code of the nearest number that has one.
std::uint16_t code_of(double value, const CodeRange& range);

/// The codes of the numbers, little-endian, in base64.
std::string codes_text(std::span<const double> values, const CodeRange& range);

/// Characters of codes_text for so many numbers. Throws Error(limit) where that is no number of 64 bits.
std::size_t codes_length(std::size_t count);

}  // namespace mha
