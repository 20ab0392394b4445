#include "app/values.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "base/error.h"
#include "base/utf8.h"

namespace mha {
namespace {

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

[[noreturn]] void refuse(std::string_view option, std::string_view text, std::string_view wanted) {
  fail(Status::usage, "{} '{}': {}", option, utf8::printable(text), wanted);
}

}  // namespace

std::size_t parse_size(std::string_view option, std::string_view text, std::size_t least, std::size_t most) {
  const auto number = number_in<std::size_t>(trim(text));
  if (number && *number >= least && *number <= most) return *number;
  refuse(option, text, fmt::format("a whole number from {} to {} is wanted", least, most));
}

std::vector<std::size_t> parse_sizes(std::string_view option, std::string_view text, std::size_t least,
                                     std::size_t most) {
  std::vector<std::size_t> sizes;
  for (const std::string& part : split_list(text)) sizes.push_back(parse_size(option, part, least, most));
  return sizes;
}

double parse_seconds(std::string_view option, std::string_view text, double most) {
  const auto seconds = number_in<double>(trim(text));
  if (seconds && *seconds > 0 && *seconds <= most) return *seconds;
  refuse(option, text, fmt::format("seconds above 0 and up to {} are wanted, as in 0.5", most));
}

double parse_positive(std::string_view option, std::string_view text) {
  const auto number = number_in<double>(trim(text));
  if (number && *number > 0 && std::isfinite(*number)) return *number;
  refuse(option, text, "a number above 0 is wanted, as in 0.125");
}

double parse_tolerance(std::string_view option, std::string_view text) {
  const auto tolerance = number_in<double>(trim(text));
  if (tolerance && *tolerance >= 0 && std::isfinite(*tolerance)) return *tolerance;
  refuse(option, text, "a number from 0 on is wanted, as in 1e-5");
}

std::uint64_t parse_seed(std::string_view option, std::string_view text) {
  if (const auto number = number_in<std::uint64_t>(trim(text))) return *number;
  if (const auto number = number_in<std::int64_t>(trim(text))) return static_cast<std::uint64_t>(*number);
  refuse(option, text, "a whole number from -9223372036854775808 to 18446744073709551615 is wanted");
}

std::vector<std::uint32_t> parse_ids(std::string_view option, std::string_view text) {
  std::vector<std::uint32_t> ids;
  for (const std::string& part : split_list(text)) {
    const auto id = number_in<std::uint32_t>(trim(part));
    if (!id)
      refuse(option, text,
             fmt::format("'{}' is not a token id; ids are whole numbers, as in 2051,10029",
                         utf8::printable(part)));
    ids.push_back(*id);
  }
  return ids;
}

std::vector<std::uint8_t> parse_mask(std::string_view option, std::string_view text) {
  std::vector<std::uint8_t> mask;
  for (const std::string& part : split_list(text)) {
    const std::string_view value = trim(part);
    if (value != "0" && value != "1")
      refuse(option, text, "a mask is a list of 1 (attend) and 0 (do not), as in 1,1,0");
    mask.push_back(value == "1" ? 1 : 0);
  }
  return mask;
}

Selection parse_selection(std::string_view option, std::string_view text) {
  Selection selection;
  if (trim(text) == "all") return selection;
  for (const std::string& part : split_list(text)) {
    // A dash at the beginning is a sign, any other divides the two ends of a range.
    const std::size_t dash = part.find('-', 1);
    const std::string_view whole = part;
    const auto first = number_in<std::int64_t>(trim(whole.substr(0, dash)));
    const auto last =
        dash == std::string::npos ? first : number_in<std::int64_t>(trim(whole.substr(dash + 1)));
    if (!first || !last) refuse(option, text, "numbers and ranges are wanted, as in 0,3-5,-1, or all");
    selection.push_back({*first, *last});
  }
  return selection;
}

Expectation parse_expectation(std::string_view option, std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size()) {
    refuse(option, text, "NAME=VALUE is wanted, as in output=1x5x768");
  }
  return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

SaveRequest parse_save(std::string_view option, std::string_view text) {
  const std::size_t equals = text.find('=');
  const bool named =
      equals != std::string_view::npos && text.substr(0, equals).find('/') == std::string_view::npos;
  SaveRequest request;
  request.path = named ? text.substr(equals + 1) : text;
  if (named) request.names = split_list(text.substr(0, equals));
  if (request.path.empty()) refuse(option, text, "[NAME=]FILE is wanted, as in output=out.npy");
  return request;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find(',', begin);
    parts.emplace_back(trim(text.substr(begin, end - begin)));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

}  // namespace mha
