// What the help of the built binary lists: the options and commands that other texts are held against.
#pragma once

#include <string>
#include <vector>

#include "support/command.h"

namespace mha::test {

/// The first word of each indented line.
std::vector<std::string> first_words(const std::string& text);

/// The options in a help text, each of its names: "-q", "--quiet".
std::vector<std::string> options_in(const std::string& help);

/// The subcommands.
std::vector<std::string> commands_of(const Shell& shell);

}  // namespace mha::test
