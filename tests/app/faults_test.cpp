// Streams that are full, closed or left, and systems short of everything.
#include <doctest/doctest.h>

#include <string>

#include "support/command.h"

using namespace mha;
using test::check_error;
using test::Shell;

TEST_CASE("a full device as standard output is status 4 with one line, whatever is written") {
  const Shell shell;
  for (const char* line :
       {"mha --text a", "mha --text a --format json", "mha --text a --get output",
        "mha --text a --save output=-", "mha tokenize --text a", "mha --help", "mha -h", "mha --version",
        "mha tokenize --help", "mha bench --help", "mha bench --what start --seconds 0.001",
        "mha bench --what start --seconds 0.001 --format json"}) {
    CAPTURE(line);
    check_error(shell.run(std::string(line) + " > /dev/full"), 4,
                "standard output: cannot be written: No space left on device");
  }
}

TEST_CASE("a closed standard output is an error where there is something to write") {
  const Shell shell;
  for (const char* line :
       {"mha --text a", "mha tokenize --text a", "mha --version", "mha --text a --save output=-"}) {
    CAPTURE(line);
    check_error(shell.run(std::string(line) + " >&-"), 4,
                "standard output: cannot be written: Bad file descriptor");
  }
  CHECK(shell.run("mha --text a --quiet --save output=o.npy <&- >&- 2>&-").status == 0);
  shell.output("mha --text a --quiet --save output=p.npy");
  CHECK(shell.read("o.npy") == shell.read("p.npy"));
}

TEST_CASE("a standard error that is closed or full changes neither result nor status") {
  const Shell shell;
  const std::string plain = shell.output("mha --text a");
  for (const char* error : {" 2>&-", " 2>/dev/full"}) {
    CAPTURE(error);
    CHECK(shell.output(std::string("mha --text a --query-mask 0 --get output") + error) == "1x1x768\n");
    CHECK(shell.output(std::string("mha --text a") + error) == plain);
    CHECK(shell.run(std::string("mha --text a --num-heads 7") + error).status == 2);
    CHECK(shell.run(std::string("mha --text a --expect output=1") + error).status == 1);
  }
}

TEST_CASE("a reader that leaves ends the program quietly by the signal of a broken pipe") {
  const Shell shell;
  for (const char* line :
       {"yes a | head -n 400000 | mha tokenize", "mha --text a --save -",
        "mha bench --tokens 1 --threads 1,1 --hidden-size 8 --num-heads 2 --seconds 0.1 --format json"}) {
    CAPTURE(line);
    const auto outcome =
        shell.run(std::string("{ ") + line + "; echo $? > status; } | head -c 3 > /dev/null");
    CHECK(outcome.err.empty());
    CHECK(shell.read("status") == "141\n");
    const auto ignored =
        shell.run("trap '' PIPE; { " + std::string(line) + "; echo $? > status; } | head -c 3 > /dev/null");
    CHECK(ignored.err.find("mha:") == std::string::npos);
    CHECK(shell.read("status") == "141\n");
  }
}

TEST_CASE("one descriptor beside the standard ones is enough for one file, and too few for two" *
          doctest::skip(test::sanitized)) {
  const Shell shell;
  shell.write("lines.txt", "a\n");
  const std::string line = "ulimit -n 4; mha --quiet --text-file lines.txt --save output=o.npy ";
  CHECK(shell.output(line).empty());
  check_error(shell.run(line + "--save x=x.npy"), 4, "x.npy: cannot be written: Too many open files");
}

TEST_CASE("a small stack is enough") {
  const Shell shell;
  const auto outcome =
      shell.run("ulimit -s 512; mha tokenize --tokenizer english", std::string(100'000, 'a'));
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
}

TEST_CASE("a folder that is gone does not matter to what needs none") {
  const Shell shell;
  shell.output("mkdir gone");
  CHECK(shell.output("cd gone && rmdir ../gone && mha --text a --get output") == "1x1x768\n");
}
