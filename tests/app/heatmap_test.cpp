// --format heatmap: attention drawn in characters, with and without colours.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "report/npy.h"
#include "support/command.h"
#include "tokenizer/unicode/unicode.h"

using namespace mha;
using test::check_error;
using test::Shell;

namespace {

const std::string small = "mha --config bert-tiny-uncased --format heatmap ";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool has_escapes(const std::string& text) { return text.find('\x1b') != std::string::npos; }

/// What the command prints to a terminal of util-linux's `script`, whose size is set first.
std::string on_terminal(const Shell& shell, const std::string& environment, const std::string& line,
                        const std::string& size = "rows 50 cols 80") {
  return shell.output("unset NO_COLOR COLORTERM COLUMNS; export SHELL=/bin/sh " + environment +
                      "; script -qec 'stty -opost " + size + "; " + line + "' /dev/null");
}

}  // namespace

TEST_CASE("one head is a grid with its tokens on both sides, in percent where there are no colours") {
  const Shell shell;
  CHECK(shell.output(small + "--ids 5,31 --heads 1 --causal") ==
        "head 1\n"
        "        3\n"
        "     5  1\n"
        " 5 100\n"
        "31  43 57\n"
        "\n"
        "numbers are percent; . is below 0.5, blank is 0\n");
}

TEST_CASE("the numbers of a plain heatmap are the weights in percent") {
  const Shell shell;
  const auto lines =
      lines_of(shell.output(small + "--text 'time flies like an arrow' --heads 0 --save weights=w.npy"));
  const Tensor weights = read_npy(shell.path("w.npy"));
  REQUIRE(lines.size() == 1 + 5 + 5 + 2);
  for (std::size_t q = 0; q < 5; ++q) {
    std::istringstream row(lines[6 + q]);
    std::string label;
    row >> label;
    for (std::size_t k = 0; k < 5; ++k) {
      long percent = 0;
      row >> percent;
      CHECK(percent == std::lround(weights.as<double>()[q * 5 + k] * 100));
    }
  }
}

TEST_CASE("many heads stand side by side, as many as the width takes") {
  const Shell shell;
  const std::string line = small + "--num-heads 4 --ids 7,8,9";
  const std::string wide = shell.output(line), narrow = shell.output("COLUMNS=20 " + line);
  CHECK(wide.starts_with("queries and keys: 7 8 9\n\nhead 0  head 1  head 2  head 3\n"));
  CHECK(narrow.find("\nhead 0  head 1\n") != std::string::npos);
  CHECK(narrow.find("\nhead 2  head 3\n") != std::string::npos);
  for (const std::string& text : {wide, narrow}) CHECK(lines_of(text).back().starts_with("characters '"));
  for (const std::string& row : lines_of(narrow)) {
    CHECK((row.size() <= 20 || row.starts_with("queries") || row.starts_with("characters")));
  }
}

TEST_CASE("a head wider than the screen goes on below, with its labels") {
  const Shell shell;
  std::string text;
  for (int i = 0; i < 40; ++i) text += "time ";
  const std::string line = small + "--heads 0 --text '" + text + "'";
  const auto lines = lines_of(shell.output(line));
  for (const std::string& row : lines) CHECK(row.size() <= 80);
  // 25 keys of 3 columns beside labels of 5, then the other 15; a title, a space between, a scale.
  CHECK(lines.size() == 1 + 2 * (4 + 40) + 1 + 2);
}

TEST_CASE("labels of every script keep the grid aligned") {
  const Shell shell;
  const auto lines =
      lines_of(shell.output(small + "--heads 0 --text 'time 你好 שלום 👩‍👩‍👧 "
                                    "internationalisation'"));
  // The rows stand before an empty line and the scale; the numbers of the last column have no spaces behind.
  REQUIRE(lines.size() > 12);
  std::set<std::size_t> widths;
  for (std::size_t i = lines.size() - 12; i < lines.size() - 2; ++i) {
    widths.insert(unicode::display_width(lines[i]));
    CHECK(lines[i].back() != ' ');
  }
  CHECK(widths.size() == 1);
  CHECK(*widths.begin() == std::string("international").size() + 1 + 3 * 10);
  const std::string right_to_left = shell.output(small + "--heads 0 --text 'שלום'");
  CHECK(right_to_left.find("ש\u200E ") != std::string::npos);
  const std::string word = "internationalisationinternationalisation";
  CHECK(shell.output(small + "--heads 0 --words --text " + word).find("\ninternationalisatio… 100\n") !=
        std::string::npos);
}

TEST_CASE("colours are chosen by what standard output is and by --color") {
  const Shell shell;
  const std::string line = small + "--ids 5,6 --heads 0";
  const std::string plain = shell.output(line);
  CHECK_FALSE(has_escapes(plain));
  CHECK(shell.output("COLORTERM=truecolor TERM=xterm-256color " + line) == plain);
  CHECK(shell.output("COLORTERM=truecolor TERM=xterm " + line + " --color never") == plain);
  CHECK(shell.output(line + " --color 256").find("\x1b[48;5;") != std::string::npos);
  CHECK(shell.output(line + " --color truecolor").find("\x1b[48;2;") != std::string::npos);
  CHECK(shell.output("NO_COLOR=1 TERM=dumb " + line + " --color always").find("\x1b[48;5;") !=
        std::string::npos);
  CHECK(shell.output("COLORTERM=24bit TERM=xterm " + line + " --color always").find("\x1b[48;2;") !=
        std::string::npos);
  check_error(shell.run(line + " --color alway"), 2, "did you mean 'always'?");
}

TEST_CASE("a terminal gets the colours that it says it has") {
  const Shell shell;
  const std::string line = "mha --config bert-tiny-uncased --format heatmap --ids 5,6 --heads 0";
  CHECK(on_terminal(shell, "TERM=xterm-256color", line).find("\x1b[48;5;") != std::string::npos);
  CHECK(on_terminal(shell, "TERM=xterm-256color COLORTERM=truecolor", line).find("\x1b[48;2;") !=
        std::string::npos);
  CHECK(on_terminal(shell, "TERM=xterm-256color NO_COLOR=", line).find("\x1b[48;5;") != std::string::npos);
  for (const char* environment :
       {"TERM=dumb COLORTERM=truecolor", "TERM=vt100", "TERM=", "TERM=xterm-256color NO_COLOR=1"}) {
    CAPTURE(environment);
    CHECK(on_terminal(shell, environment, line) == shell.output(line));
  }
}

TEST_CASE("the width is that of the terminal unless COLUMNS says another") {
  const Shell shell;
  const std::string line = "mha --num-heads 4 --format heatmap --ids 5,6";
  const std::string wide = shell.output(line);
  CHECK(on_terminal(shell, "TERM=dumb", line) == wide);
  const std::string narrow = on_terminal(shell, "TERM=dumb", line, "rows 50 cols 20");
  CHECK(narrow == shell.output("COLUMNS=20 " + line));
  CHECK(narrow != wide);
  CHECK(on_terminal(shell, "TERM=dumb", "COLUMNS=80 " + line, "rows 50 cols 20") == wide);
  for (const char* columns : {"0", "-5", "many", "", "99999999999999999999"}) {
    CHECK(shell.output(std::string("COLUMNS='") + columns + "' " + line) == wide);
  }
}

TEST_CASE("a batch, layers, a context and words are told apart") {
  const Shell shell;
  const std::string batch = shell.output(small + "--ids 5,6 --ids 7 --heads 1");
  CHECK(batch.starts_with("sequence 1\nhead 1\n"));
  CHECK(batch.find("\n\nsequence 2\nhead 1\n    7\n7 100\n\n") != std::string::npos);
  const std::string model =
      "ln -s " MHA_SOURCE_DIR "/tests tests 2>&-; mha --model tests/golden/families/bert ";
  const std::string layers = shell.output(model + "--format heatmap --ids 2,5,3 --layers all");
  CHECK(layers.find("\nlayer 0 head 0  layer 0 head 1\n") != std::string::npos);
  CHECK(layers.find("\n\nlayer 1 head 0  layer 1 head 1\n") != std::string::npos);
  const std::string cross = shell.output(small + "--text 'a b' --context 'c d e'");
  CHECK(cross.starts_with("queries: a b\nkeys: c d e\n"));
  CHECK(shell.output(small + "--text unaffable").starts_with("queries and keys: una ##ffa ##ble\n"));
  CHECK(shell.output(small + "--text unaffable --words").starts_with("queries and keys: unaffable\n"));
}

TEST_CASE("nothing that a token holds reaches the terminal as a command") {
  const Shell shell;
  const auto outcome = shell.run(
      "printf '\\033[31mred\\n' | mha --format heatmap --heads 0 --tokenizer english --config "
      "bert-tiny-uncased");
  CHECK(outcome.status == 0);
  CHECK_FALSE(has_escapes(outcome.out));
}

TEST_CASE("weights that are no numbers are shown as such, and what is too large is refused at once") {
  const Shell shell;
  const auto nan = shell.run(small + "--ids 5,6 --heads 0 --query-mask 1,0 --masked-rows nan");
  CHECK(nan.out.find("\n6 nannan\n") != std::string::npos);
  const std::string many =
      "yes a | head -n 3000 | tr '\\n' ' ' | mha --config bert-tiny-uncased --format heatmap";
  test::check_quick_error(shell.run(many), 5, "choose --layers and --heads");
  CHECK(shell.run(many + " --quiet --get batch").out == "1\n");
}
