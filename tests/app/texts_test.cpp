// Texts and ids as they come in: options, files, standard input.
#include <doctest/doctest.h>

#include <string>

#include "support/command.h"

using namespace mha;
using test::check_error;
using test::check_quick_error;
using test::quick_seconds;
using test::Shell;

namespace {

std::string tokens(const Shell& shell, const std::string& options, std::string_view input) {
  const auto outcome = shell.run("mha tokenize " + options, input);
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  return outcome.out;
}

/// `count` times `part`.
std::string repeated(std::size_t count, std::string_view part) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += part;
  return text;
}

}  // namespace

TEST_CASE("lines end in LF or CR LF, and the last needs no end") {
  const Shell shell;
  CHECK(tokens(shell, "", "a\nb") == "1037\ta\n1038\tb\n");
  CHECK(tokens(shell, "", "a\r\nb\r\n") == "1037\ta\n1038\tb\n");
  CHECK(tokens(shell, "--text-file -", "a\nb\n") == "1037\ta\n1038\tb\n");
  shell.write("lines.txt", "a\nb\n");
  CHECK(shell.output("mha tokenize --text-file lines.txt") == "1037\ta\n1038\tb\n");
  CHECK(shell.output("mha --text-file lines.txt --get output") == "2x1x768\n");
}

TEST_CASE("with --null a NUL ends a record, without it a NUL is text") {
  const Shell shell;
  const std::string_view input("a\0b\nc\0", 6);
  CHECK(tokens(shell, "--null", input) == "1037\ta\n1038 1039\tb c\n");
  CHECK(tokens(shell, "", input) == "11113\tab\n1039\tc\n");
  CHECK(tokens(shell, "--format json", std::string_view("a\0b", 3)) ==
        "{\"ids\":[11113],\"tokens\":[\"ab\"],\"spans\":[[0,3]]}\n");
  const auto report = shell.run("mha --format json", std::string_view("a\0b", 3));
  CHECK(report.out.find("\"text\":\"a\\u0000b\"") != std::string::npos);
}

TEST_CASE("standard input is read from where it stands, be it a file, a pipe or nothing") {
  const Shell shell;
  shell.write("lines.txt", "a\nb c\n");
  CHECK(shell.output("(read -r line; mha --get output) < lines.txt") == "1x2x768\n");
  CHECK(shell.output("cat lines.txt | mha --text-file /dev/stdin --get output") == "2x2x768\n");
  check_error(shell.run("mha"), 3, "the input holds no text; give --text, --text-file or --ids");
  check_error(shell.run("mha <&-"), 4, "cannot be read: Bad file descriptor");
  check_error(shell.run("mha < ."), 4, "cannot be read: Is a directory");
  CHECK(shell.output("mha --text a --get tokens <&-") == "1\n");
}

TEST_CASE("a text without tokens has nothing to attend to, and is named") {
  const Shell shell;
  check_error(shell.run("mha --text ''"), 3, "--text: gives no token");
  check_error(shell.run("mha --text="), 3, "--text: gives no token");
  check_error(shell.run("mha --text a --text '  '"), 3, "--text number 2: gives no token");
  check_error(shell.run("mha --text a --context ''"), 3, "--context: gives no token");
  check_error(shell.run("mha", "a\n \t\nb\n"), 3, "standard input: line 2: gives no token");
  check_error(shell.run("mha --null", std::string_view("a\0\0", 3)), 3, "record 2: gives no token");
  CHECK(shell.output("mha --text '' --special-tokens --get output") == "1x2x768\n");
}

TEST_CASE("what is not UTF-8 is refused by line and byte, or replaced when asked") {
  const Shell shell;
  check_error(shell.run("mha",
                        "ok\nab\xff"
                        "cd\n"),
              3, "standard input: line 2, byte 3: not UTF-8 (0xff)");
  check_error(shell.run("mha tokenize", "\xc0\xaf"), 3, "standard input: line 1, byte 1: not UTF-8 (0xc0)");
  check_error(shell.run("mha tokenize", "a\xed\xa0\x80"), 3, "byte 2: not UTF-8 (0xed)");
  check_error(shell.run("mha tokenize", "a\n\xf0\x9f\x98"), 3, "line 2, byte 1: not UTF-8 (0xf0)");
  check_error(shell.run("mha --text \"$(printf 'a\\377')\""), 3, "--text, byte 2: not UTF-8 (0xff)");
  shell.write("bad.txt", "a\xff");
  check_error(shell.run("mha --text-file bad.txt"), 3, "bad.txt: line 1, byte 2: not UTF-8 (0xff)");
  const auto outcome = shell.run("mha --format json --invalid-utf8 replace", "a\xff\xf0\x9f\x98z\n");
  CHECK(outcome.status == 0);
  CHECK(outcome.out.find("\"text\":\"a\357\277\275\357\277\275z\"") != std::string::npos);
}

TEST_CASE("a text may begin with a dash; a forgotten value is not filled by an option") {
  const Shell shell;
  CHECK(shell.output("mha --text -a --get tokens") == "2\n");
  CHECK(shell.output("mha --text -- --get tokens") == "2\n");
  CHECK(shell.output("mha --text - --get tokens") == "1\n");
  CHECK(shell.output("mha --text=--causal --get tokens") == "3\n");
  CHECK(shell.output("mha --text '[a]' --get tokens") == "3\n");
  CHECK(shell.output("mha --text '{a,b}' --get tokens") == "5\n");
  CHECK(shell.output("mha --text tokenize --get tokens") == "2\n");
  check_error(shell.run("mha --text --causal"), 2, "--text needs a value, but the option --causal follows");
  check_error(shell.run("mha --text"), 2, "--text needs a value");
  check_error(shell.run("mha tokenize --text"), 2, "--text needs a value");
}

TEST_CASE("sources of text exclude each other, and a file that cannot be read is named") {
  const Shell shell;
  check_error(shell.run("mha --text a --ids 1"), 2, "exclude each other");
  check_error(shell.run("mha --text a --text-file missing"), 2, "exclude each other");
  check_error(shell.run("mha --ids 1 --text-file missing"), 2, "exclude each other");
  check_error(shell.run("mha --text-file missing"), 4, "missing: cannot be read: No such file or directory");
  check_error(shell.run("mha --text-file ."), 4, ".: cannot be read: Is a directory");
  check_error(shell.run("ln -s loop loop; mha --text-file loop"), 4, "Too many levels of symbolic links");
  check_error(shell.run("mha --text-file \"$(printf 'two\\nlines')\""), 4, "two\\u000alines: cannot be read");
}

TEST_CASE("ids are whole numbers below vocab_size, repeated for a batch") {
  const Shell shell;
  CHECK(shell.output("mha --ids 2051,10029 --ids 3 --get output") == "2x2x768\n");
  CHECK(shell.output("mha --ids '2051, 10029' --get output") == "1x2x768\n");
  check_error(shell.run("mha --ids 30522"), 3, "sequence 1 of --ids: id 30522 is not below vocab_size 30522");
  check_error(shell.run("mha --ids 1 --ids 9 --vocab-size 9"), 3, "sequence 2 of --ids: id 9");
  for (const char* wrong : {"-1", "1,x", "''", "1,,2", "1.5", "99999999999", "1e3", "0x10", "2051,"}) {
    CAPTURE(wrong);
    check_error(shell.run(std::string("mha --ids ") + wrong), 2, "is not a token id");
  }
}

TEST_CASE("contexts are one for all sequences or one for each") {
  const Shell shell;
  CHECK(shell.output("mha --text a --text b --context 'c d' --get weights") == "2x12x1x2\n");
  CHECK(shell.output("mha --text a --text b --context c --context 'd e' --get weights") == "2x12x1x2\n");
  check_error(shell.run("mha --text a --context c --context d"), 2, "--context is given 2 times for 1");
}

TEST_CASE("10 MB in one word is one token, soon") {
  const Shell shell;
  const auto outcome = shell.run("mha --get tokens", std::string(10'000'000, 'a'));
  CHECK(outcome.status == 0);
  CHECK(outcome.out == "1\n");
  CHECK(outcome.seconds < quick_seconds);
  CHECK(tokens(shell, "", std::string(10'000'000, 'a')) == "100\t[UNK]\n");
}

TEST_CASE("10 MB of words on one line are over the limit, which is named soon") {
  const Shell shell;
  const auto outcome = shell.run("mha", repeated(2'000'000, "time "));
  check_quick_error(outcome, 5, "line 1: 2000000 tokens, more than the limit of 32768");
  check_error(shell.run("mha --text 'a b c' --max-tokens 2"), 5,
              "--text: 3 tokens, more than the limit of 2");
}

TEST_CASE("10 MB of lines are tokenized soon, and a reader may leave early") {
  const Shell shell;
  const auto outcome = shell.run("mha tokenize | tail -n 1", repeated(2'000'000, "time\n"));
  CHECK(outcome.status == 0);
  CHECK(outcome.out == "2051\ttime\n");
  CHECK(outcome.seconds < quick_seconds);
  const auto left = shell.run("mha tokenize | head -n 1", repeated(400'000, "time\n"));
  CHECK(left.out == "2051\ttime\n");
  CHECK(left.err.empty());
}
