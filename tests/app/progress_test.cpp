// Progress: how far long work is, on a terminal only.
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "support/command.h"
#include "support/terminal.h"
#include "support/words.h"

using namespace mha;
using test::holds;
using test::on_terminal;
using test::Outcome;
using test::Shell;

namespace {

constexpr std::string_view erased = "\r\x1b[K";

/// Makes lines.txt and gives a run over it that takes more than three seconds here.
std::string long_run(const Shell& shell) {
  const std::string line =
      "mha --text-file lines.txt --hidden-size 64 --num-heads 2 --dtype float64 --threads 1 ";
  for (int lines = 2000;; lines *= 2) {
    shell.output("yes 'the quick brown fox' | head -n " + std::to_string(lines) + " > lines.txt");
    const Outcome outcome = shell.run(line + "--quiet");
    REQUIRE(outcome.status == 0);
    if (outcome.seconds > 3) return line;
  }
}

}  // namespace

TEST_CASE("work beyond a second says on a terminal how far it is, and takes the line away at the end") {
  const Shell shell;
  const std::string line = long_run(shell);
  const std::string plain = shell.output(line + "--get output");
  const Outcome shown = on_terminal(shell, line + "--get output > result.txt");
  CHECK(shown.status == 0);
  CHECK(shell.read("result.txt") == plain);
  CHECK(shown.out.starts_with(std::string(erased) + "mha: "));
  CHECK(holds(shown.out, " sequences, 1 s"));
  CHECK(shown.out.ends_with(erased));
  CHECK(!holds(shown.out, "\n"));

  // An error stands on a line of its own.
  const Outcome failed = on_terminal(shell, line + "--expect output=1 > result.txt");
  CHECK(failed.status == 1);
  CHECK(holds(failed.out, std::string(erased) + "mha: expected output = 1, found "));
}

TEST_CASE("nothing is said of progress with --quiet, on a dumb terminal, to a file, or within a second") {
  const Shell shell;
  const std::string line = long_run(shell);
  CHECK(on_terminal(shell, line + "--quiet").out.empty());
  CHECK(on_terminal(shell, line + "--get batch > result.txt", "dumb").out.empty());
  CHECK(on_terminal(shell, line + "--get batch 2> error.txt > result.txt").out.empty());
  CHECK(shell.read("error.txt").empty());
  CHECK(on_terminal(shell, "mha --text a --get head_dim").out == "64\r\n");
}
