#include "base/json_numbers.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace mha {
namespace {

/// Where the string that begins at `place` ends, behind its closing quote.
std::size_t end_of_string(std::string_view text, std::size_t place) {
  for (++place; place < text.size() && text[place] != '"'; ++place) {
    if (text[place] == '\\') ++place;
  }
  return std::min(place + 1, text.size());
}

bool fits_64_bits(std::string_view number) {
  std::uint64_t natural = 0;
  std::int64_t integer = 0;
  const char* const end = number.data() + number.size();
  const auto result = number.starts_with('-') ? std::from_chars(number.data(), end, integer)
                                              : std::from_chars(number.data(), end, natural);
  return result.ec != std::errc::result_out_of_range;
}

}  // namespace

std::string with_large_numbers_as_doubles(std::string_view text) {
  constexpr std::string_view of_numbers = "+-.0123456789Ee";
  std::string changed;
  changed.reserve(text.size() + 64);
  for (std::size_t place = 0; place < text.size();) {
    const bool number = text[place] == '-' || (text[place] >= '0' && text[place] <= '9');
    std::size_t end = place + 1;
    if (text[place] == '"') end = end_of_string(text, place);
    if (number) end = std::min(text.find_first_not_of(of_numbers, place), text.size());
    const std::string_view part = text.substr(place, end - place);
    changed += part;
    if (number && part.find_first_of(".Ee") == std::string_view::npos && !fits_64_bits(part)) changed += "e0";
    place = end;
  }
  return changed;
}

}  // namespace mha
