// What can stand for the value of an option, read from the kind that the help names.
#pragma once

#include <string>
#include <vector>

#include "app/options/table.h"

namespace mha {

struct ValueForm {
  std::vector<std::string> words;
  bool is_list = false;  ///< several words, with commas between them
  bool assigns = false;  ///< the words stand before a '=', and what else there is behind it
  bool files = false, folders = false;

  bool is_open() const { return words.empty() && !files && !folders; }
};

/// The form of a value of that kind: "zero|nan|uniform" is one of these words, FILE and DIR are files and
/// folders, COMMAND a command of the table, and what NAME and the like stand for is in a catalogue by option.
/// Nothing is known of other kinds: "TEXT", "N".
ValueForm value_form(const OptionEntry& option, const CommandTable& table);

/// The first clause of an option's help: what fits beside its name in a list.
std::string brief(const std::string& help);

}  // namespace mha
