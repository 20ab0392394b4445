// The manual page: what is on it, and that the programs which set it have nothing to say.
#include <doctest/doctest.h>

#include <string>

#include "support/command.h"
#include "support/command_help.h"
#include "support/words.h"

using namespace mha;
using test::Shell;

namespace {

/// Roff's way to write a dash that is typed.
std::string in_roff(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '-' ? std::string("\\-") : std::string(1, c);
  return result;
}

}  // namespace

TEST_CASE("the manual page has every command, option and topic") {
  const Shell shell;
  const std::string page = shell.output("mha help --man");
  CHECK(page.starts_with(".TH MHA 1 "));
  CHECK(test::holds(page, "\"mha " MHA_VERSION "\""));
  for (const std::string& option : test::options_in(shell.output("mha --help"))) {
    CAPTURE(option);
    CHECK(test::holds(page, "\\fB" + in_roff(option) + "\\fR"));
  }
  for (const std::string& command : test::commands_of(shell)) {
    CAPTURE(command);
    const std::size_t begin = page.find("\n.SS \"mha " + in_roff(command) + "\"");
    REQUIRE(begin != std::string::npos);
    const std::string part = page.substr(begin, page.find("\n.S", begin + 4) - begin);
    for (const std::string& option : test::options_in(shell.output("mha " + command + " --help"))) {
      CAPTURE(option);
      CHECK(test::holds(part, "\\fB" + in_roff(option) + "\\fR"));
    }
  }
  for (const char* heading : {"NAME", "SYNOPSIS", "OPTIONS", "MASKS", "FORMATS", "MODELS", "EXIT STATUS"}) {
    CHECK(test::holds(page, "\n.SH \"" + std::string(heading) + "\"\n"));
  }
}

TEST_CASE("groff and mandoc find nothing wrong with the manual page, where they are installed") {
  const Shell shell;
  shell.output("mha help --man > mha.1");
  for (const char* line : {"mandoc -Tlint mha.1", "groff -man -Tutf8 -ww mha.1 2>&1 >/dev/null"}) {
    const std::string program = std::string(line).substr(0, std::string(line).find(' '));
    if (shell.run("command -v " + program).status != 0) {
      MESSAGE("not tried, for it is not installed: " << program);
      continue;
    }
    CAPTURE(line);
    // Lines that must not be filled are as long as they are; that is a matter of style.
    CHECK(shell.run(std::string(line) + " | grep -v 'STYLE: input text line longer than'").out.empty());
  }
}

TEST_CASE("what is shown of the manual page is what the help says, dashes and backslashes included") {
  const Shell shell;
  if (shell.run("command -v mandoc").status != 0) {
    MESSAGE("not tried, for it is not installed: mandoc");
    return;
  }
  const std::string shown = shell.output("mha help --man | mandoc -Tascii -O width=1000 | col -bx");
  for (const char* topic : {"masks", "formats", "exit-status"}) {
    const std::string text = shell.output(std::string("mha help ") + topic);
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = text.find('\n', begin);
      const std::string line = text.substr(begin, end - begin);
      CAPTURE(line);
      CHECK(test::holds(shown, line));
      begin = end + 1;
    }
  }
}
