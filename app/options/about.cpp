#include "app/completion/completion.h"
#include "app/options/adder.h"
#include "app/options/commands.h"

namespace mha {

void add_help_options(CLI::App& app, Options& options) {
  Adder add(app, "What is explained");
  add.value("TOPIC", "TOPIC|COMMAND", "see below; of a command, its options",
            [&](const std::string& t) { options.about.topic = t; });
  add.flag("--man", "print the manual page, as roff: mha help --man | man -l -", options.about.manual_page);
}

void add_completion_options(CLI::App& app, Options& options) {
  std::vector<std::pair<std::string_view, std::optional<std::string>>> words;
  for (const CompletedShell& shell : completed_shells) words.emplace_back(shell.name, shell.name);
  Adder(app, "For which shell")
      .choice<std::optional<std::string>>("SHELL", "the script goes to standard output", options.about.shell,
                                          words);
}

}  // namespace mha
