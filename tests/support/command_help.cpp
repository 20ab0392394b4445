#include "support/command_help.h"

#include <sstream>

namespace mha::test {

std::vector<std::string> first_words(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream lines(text);
  for (std::string line, word; std::getline(lines, line);) {
    if (line.starts_with("  ") && std::istringstream(line) >> word) words.push_back(word);
  }
  return words;
}

std::vector<std::string> options_in(const std::string& help) {
  std::vector<std::string> options;
  for (const std::string& names : first_words(help)) {
    if (!names.starts_with('-')) continue;
    std::istringstream parts(names);
    for (std::string name; std::getline(parts, name, ',');) options.push_back(name);
  }
  return options;
}

std::vector<std::string> commands_of(const Shell& shell) {
  const std::string help = shell.output("mha --help");
  const std::size_t begin = help.find("\nSubcommands:\n");
  if (begin == std::string::npos) return {};
  return first_words(help.substr(begin, help.find("\n\n", begin + 1) - begin));
}

}  // namespace mha::test
