// Fields between commas or tabs.
#pragma once

#include <string>
#include <string_view>

namespace mha {

/// Appends a field, in quotes where it holds the separator, a quote or a line break, quotes in it doubled
/// (RFC 4180, section 2; lines end in a line feed alone, as pandas and the shell's tools write them).
void append_field(std::string& line, std::string_view field, char separator);

}  // namespace mha
