#include "app/options/table.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace mha {
namespace {

OptionEntry entry_of(const CLI::Option& option) {
  OptionEntry entry;
  for (const std::string& name : option.get_snames()) entry.names.push_back('-' + name);
  for (const std::string& name : option.get_lnames()) entry.names.push_back("--" + name);
  if (option.get_positional()) entry.names.push_back(option.get_name(true));
  if (option.get_items_expected() > 0) entry.kind = option.get_type_name();
  entry.help = option.get_description();
  entry.group = option.get_group();
  return entry;
}

CommandEntry entry_of(const CLI::App& command) {
  const bool is_run = command.get_parent() == nullptr;
  CommandEntry entry{.name = is_run ? "" : command.get_name(),
                     .summary = command.get_description(),
                     .options = {},
                     .footer = command.get_footer(),
                     // App::help would give that of the command in use in place of that of the run.
                     .help = command.get_formatter()->make_help(
                         &command, is_run ? "mha" : "mha " + command.get_name(), CLI::AppFormatMode::Normal)};
  for (const CLI::Option* option : command.get_options()) entry.options.push_back(entry_of(*option));
  const auto is_before = [](const OptionEntry& a, const OptionEntry& b) {
    return a.is_positional() && !b.is_positional();
  };
  std::stable_sort(entry.options.begin(), entry.options.end(), is_before);
  return entry;
}

}  // namespace

CommandTable command_table(const CLI::App& app) {
  CommandTable table{entry_of(app)};
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    table.push_back(entry_of(*command));
  }
  return table;
}

const CommandEntry* find_command(const CommandTable& table, const std::string& name) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const CommandEntry& command) { return command.name == name; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace mha
