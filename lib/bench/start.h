// How long this program takes from its start to its end.
#pragma once

#include <string_view>

namespace mha {

/// Arguments, parted by spaces, of what is started: nothing at all, and one token through one layer.
inline constexpr std::string_view start_commands[] = {"--version", "--ids 5 --get head_dim"};

/// Seconds from the start of this very program with those arguments, as a child with nothing on standard
/// input and its standard output thrown away, to its end. MHA_MODEL is kept from it. Throws Error(io) if it
/// cannot be started or fails.
double start_seconds(std::string_view command, double seconds);

}  // namespace mha
