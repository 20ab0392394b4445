// mha help: topics, commands, what is misspelt; and that texts are made from the catalogues.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <string>

#include "base/error.h"
#include "kernel/activation.h"
#include "model/families.h"
#include "model/tensors.h"
#include "report/checks.h"
#include "report/files.h"
#include "report/formats.h"
#include "report/heads.h"
#include "support/command.h"
#include "support/command_help.h"
#include "support/words.h"
#include "tokenizer/kinds.h"

using namespace mha;
using test::check_error;
using test::Shell;

namespace {

void check_holds(const std::string& text, std::string_view words) {
  CAPTURE(words);
  CHECK(test::holds(text, words));
}

/// Checks that a topic has a line for the row, with what the catalogue says of it.
void check_row(const std::string& text, std::string_view name, std::string_view meaning) {
  CAPTURE(name);
  const std::size_t line = text.find("\n  " + std::string(name) + " ");
  REQUIRE(line != std::string::npos);
  const std::string row = text.substr(line + 1, text.find('\n', line + 1) - line - 1);
  CAPTURE(row);
  CHECK(test::holds(row, meaning));
}

}  // namespace

TEST_CASE("help on names has every tensor, value and check") {
  const Shell shell;
  const std::string text = shell.output("mha help names");
  for (const auto* table : {&activation_names(), &summary_names(), &parameter_names()}) {
    for (const TensorName& tensor : *table) {
      check_row(text, tensor.name, tensor.meaning);
      check_row(text, tensor.name, tensor.shape);
    }
  }
  for (const DimensionName& dimension : dimension_names()) check_row(text, dimension.name, dimension.meaning);
  for (const Check& check : checks()) check_row(text, check.name, check.meaning);
}

TEST_CASE("help on formats has every form of the report and every format of a file") {
  const Shell shell;
  const std::string text = shell.output("mha help formats");
  for (const ReportFormat& format : report_formats) check_row(text, format.name, format.summary);
  for (const FileFormat& format : file_formats) check_row(text, format.extension, format.summary);
}

TEST_CASE("help on statistics has every statistic of a head") {
  const Shell shell;
  const std::string text = shell.output("mha help statistics");
  for (const Statistic& statistic : statistics()) {
    check_row(text, statistic.name, statistic.meaning);
    check_row(text, statistic.name, statistic.source);
  }
}

TEST_CASE("help on models has every family, activation, preset and tokenizer") {
  const Shell shell;
  const std::string text = shell.output("mha help models");
  for (const Family* family : all_families) check_holds(text, family->model_type);
  for (const ActivationName& known : known_activations) check_holds(text, known.name);
  for (const Preset& preset : presets) check_row(text, preset.name, std::to_string(preset.hidden_size));
  for (const BuiltinTokenizer& known : builtin_tokenizers()) check_holds(text, known.description);
  for (const TokenizerKind& kind : tokenizer_kinds()) check_row(text, kind.form, kind.description);
}

TEST_CASE("help on masks has every option of masks, and says what 1 means") {
  const Shell shell;
  const std::string text = shell.output("mha help masks");
  check_holds(text, "1 means attend");
  const std::string help = shell.output("mha --help");
  const std::size_t begin = help.find("\nMasks");
  REQUIRE(begin != std::string::npos);
  const auto options = test::options_in(help.substr(begin, help.find("\n\n", begin + 1) - begin));
  CHECK(options.size() >= 6);
  for (const std::string& option : options) check_holds(text, option + " ");
}

TEST_CASE("help on exit-status has every status, as --help, the README and the other word for it") {
  const Shell shell;
  const std::string text = shell.output("mha help exit-status");
  CHECK(shell.output("mha help exit-codes") == text);
  std::ifstream file(MHA_SOURCE_DIR "/README.md");
  const std::string readme{std::istreambuf_iterator<char>(file), {}};
  for (const StatusMeaning& known : statuses) {
    const int number = static_cast<int>(known.status);
    check_holds(text, fmt::format("  {:>2}  {}\n", number, known.meaning));
    check_holds(readme, fmt::format("| {} | {}", number, known.meaning));
    check_holds(shell.output("mha --help"), fmt::format(" {} {}", number, known.meaning));
  }
}

TEST_CASE("help on a command is that command's --help") {
  const Shell shell;
  const auto commands = test::commands_of(shell);
  CHECK(commands.size() >= 4);
  for (const std::string& command : commands) {
    CAPTURE(command);
    CHECK(shell.output("mha help " + command) == shell.output("mha " + command + " --help"));
  }
}

TEST_CASE("help alone is --help and a list of topics, each of which there is help on") {
  const Shell shell;
  const std::string text = shell.output("mha help");
  const std::string help = shell.output("mha --help");
  REQUIRE(text.starts_with(help));
  const auto topics = test::first_words(text.substr(help.size()));
  CHECK(topics.size() >= 5);
  for (const std::string& topic : topics) {
    CAPTURE(topic);
    CHECK(shell.output("mha help " + topic).size() > 200);
    check_holds(help.substr(help.rfind("More: mha help")), topic);
  }
}

TEST_CASE("help on what there is no help on suggests the nearest topic or command") {
  const Shell shell;
  check_error(shell.run("mha help nmes"), 2, "no help on 'nmes' (did you mean 'names'?)");
  check_error(shell.run("mha help tokenise"), 2, "(did you mean 'tokenize'?)");
  check_error(shell.run("mha help quantum"), 2, "no help on 'quantum'; there is on: names, masks, ");
  check_error(shell.run("mha help ''"), 2, "no help on ''");
  check_error(shell.run("mha help names masks"), 2, "unexpected argument 'masks'");
  check_error(shell.run("mha help names --man"), 2, "leave 'names' out");
  check_error(shell.run("mha --text a help names"), 2, "--text stands before help");
}
