#include "app/about.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "app/completion/completion.h"
#include "app/help.h"
#include "app/manual.h"
#include "app/topics/topics.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/utf8.h"

namespace mha {
namespace {

[[noreturn]] void refuse_topic(const std::string& name, const CommandTable& table) {
  std::vector<std::string_view> names;
  for (const Topic& topic : topics) names.push_back(topic.name);
  for (const CommandEntry& command : table) {
    if (!command.name.empty()) names.push_back(command.name);
  }
  fail(Status::usage, "no help on '{}'{}; there is on: {}", utf8::printable(name), did_you_mean(name, names),
       fmt::join(names, ", "));
}

}  // namespace

std::string help_text(const AboutOptions& about, const CommandTable& table) {
  if (about.manual_page && about.topic) {
    fail(Status::usage, "--man prints one page about all of mha; leave '{}' out",
         utf8::printable(*about.topic));
  }
  if (about.manual_page) return manual_page(table);
  if (!about.topic) return table.front().help + '\n' + topics_footer();
  const std::string& name = *about.topic;
  for (const Topic& topic : topics) {
    if (name == topic.name || (name == topic.alias && !topic.alias.empty())) return topic.text(table);
  }
  const CommandEntry* command = name.empty() ? nullptr : find_command(table, name);
  if (command == nullptr) refuse_topic(name, table);
  return command->help;
}

std::string completion_script(const AboutOptions& about, const CommandTable& table) {
  std::vector<std::string_view> names;
  for (const CompletedShell& shell : completed_shells) {
    if (about.shell == shell.name) return shell.script(table);
    names.push_back(shell.name);
  }
  fail(Status::usage, "completion needs a shell: mha completion {}", fmt::join(names, "|"));
}

}  // namespace mha
