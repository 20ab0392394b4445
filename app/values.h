// Values of options, out of their text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/selection.h"
#include "report/checks.h"
#include "report/save.h"

namespace mha {

// Each throws Error(usage) that names the option, the value and what is wanted.

/// A whole number in [least, most].
std::size_t parse_size(std::string_view option, std::string_view text, std::size_t least, std::size_t most);

/// "5,16": whole numbers in [least, most].
std::vector<std::size_t> parse_sizes(std::string_view option, std::string_view text, std::size_t least,
                                     std::size_t most);

/// Seconds, as in 0.5, above 0 and at most `most`.
double parse_seconds(std::string_view option, std::string_view text, double most);

/// A finite number above 0, as in 0.125.
double parse_positive(std::string_view option, std::string_view text);

/// A finite number >= 0, as in 1e-5.
double parse_tolerance(std::string_view option, std::string_view text);

/// What torch.manual_seed takes: -2^63 to 2^64 - 1; a negative number counts as itself plus 2^64.
std::uint64_t parse_seed(std::string_view option, std::string_view text);

/// "2051,10029".
std::vector<std::uint32_t> parse_ids(std::string_view option, std::string_view text);

/// "1,1,0".
std::vector<std::uint8_t> parse_mask(std::string_view option, std::string_view text);

/// "0,3-5,-1" or "all".
Selection parse_selection(std::string_view option, std::string_view text);

/// "NAME=VALUE".
Expectation parse_expectation(std::string_view option, std::string_view text);

/// "[NAME[,NAME...]=]FILE"; what stands before the first '=' is names unless it holds a '/'.
SaveRequest parse_save(std::string_view option, std::string_view text);

/// "a,b,c" at its commas.
std::vector<std::string> split_list(std::string_view text);

}  // namespace mha
