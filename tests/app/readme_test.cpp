// Runs the README and the recipes: every line "$ command" of their blocks, and compares what it prints.
#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <vector>

#include "support/command.h"

using namespace mha;

namespace {

struct Example {
  std::size_t line;
  std::string command, expected;
};

std::vector<Example> examples_of(const std::string& path) {
  std::vector<Example> examples;
  std::ifstream file(path);
  bool fenced = false, in_block = false, in_example = false;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.starts_with("```")) {
      fenced = !fenced;
      in_block = fenced && line == "```";  // blocks in a language are not run
      in_example = false;
    } else if (in_block && line.starts_with("$ ")) {
      examples.push_back({number, line.substr(2), ""});
      in_example = true;
    } else if (in_example) {
      examples.back().expected += line + '\n';
    }
  }
  return examples;
}

/// Runs the examples one after the other in one folder.
void check_examples(const std::string& document, std::size_t at_least) {
  const auto examples = examples_of(MHA_SOURCE_DIR "/" + document);
  CHECK(examples.size() >= at_least);
  const test::Shell shell;
  shell.run("ln -s " MHA_SOURCE_DIR "/tests tests");  // the small checkpoints lie there
  for (const Example& example : examples) {
    CAPTURE(example.line);
    CAPTURE(example.command);
    CHECK(shell.run("{ " + example.command + "; } 2>&1").out == example.expected);
  }
}

}  // namespace

TEST_CASE("every example of the README prints what the README says") { check_examples("README.md", 40); }

TEST_CASE("every recipe prints what it says") { check_examples("docs/recipes.md", 15); }
