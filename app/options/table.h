// All commands and their options as values: what completion and the manual page are made from.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace mha {

struct OptionEntry {
  std::vector<std::string> names;  ///< "-q", "--quiet"; of a value that stands alone its one name, "FILE"
  std::string kind;                ///< of its value, as the help names it; empty for an option without one
  std::string help;
  std::string group;  ///< the heading in the help

  bool is_positional() const { return !names.front().starts_with('-'); }
  bool takes_value() const { return !kind.empty(); }
};

struct CommandEntry {
  std::string name;  ///< empty for a run, which is named by no word
  std::string summary;
  std::vector<OptionEntry> options;  ///< in the order of the help
  std::string footer;                ///< what stands below them
  std::string help;                  ///< all that --help prints
};

/// The run first, then each subcommand.
using CommandTable = std::vector<CommandEntry>;

CommandTable command_table(const CLI::App& app);

/// The entry of that name, or null.
const CommandEntry* find_command(const CommandTable& table, const std::string& name);

}  // namespace mha
