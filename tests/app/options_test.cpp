// Options: what is misspelt, what does not fit, what is too large.
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "model/config.h"
#include "support/command.h"

using namespace mha;
using test::check_error;
using test::check_quick_error;
using test::Shell;

TEST_CASE("a misspelt name suggests the nearest") {
  const Shell shell;
  const struct {
    const char *arguments, *suggestion;
  } misspelt[] = {
      {"--txt a", "unknown option --txt (did you mean '--text'?)"},
      {"--num-head=3", "unknown option --num-head=3 (did you mean '--num-heads'?)"},
      {"tokenize --tokeniser english", "(did you mean '--tokenizer'?)"},
      {"tokenze --text a", "(did you mean 'tokenize'?)"},
      {"--text a --config bert-base-uncase", "(did you mean 'bert-base-uncased'?)"},
      {"--text a --tokenizer englsh", "(did you mean 'english'?)"},
      {"--text a --format jsno", "--format jsno: no such choice (did you mean 'json'?)"},
      {"--text a --dtype float46", "(did you mean 'float64'?)"},
      {"--text a --masked-rows zeros", "(did you mean 'zero'?)"},
      {"--text a --invalid-utf8 replce", "(did you mean 'replace'?)"},
  };
  for (const auto& [arguments, suggestion] : misspelt) {
    check_error(shell.run(std::string("mha ") + arguments), 2, suggestion);
  }
}

TEST_CASE("what is no option, no value or too much is wrong usage") {
  const Shell shell;
  for (const char* arguments :
       {"extra", "--text a extra", "''", "-", "-x", "--text a --", "--text a -- b", "--seed",
        "--text a --seed", "--ids", "--causal=banana --text a", "--text a --quiet=yess", "tokenize tokenize",
        "\"$(printf -- '--new\\nline')\"", "\"$(printf -- 'x\\033[31m\\377')\"", "---", "--=", "-=a",
        "--text a @file"}) {
    CAPTURE(arguments);
    const auto outcome = shell.run(std::string("mha ") + arguments);
    if (std::string_view(arguments) == "--text a --") {
      CHECK(outcome.status == 0);
    } else {
      check_error(outcome, 2, "");
    }
  }
}

TEST_CASE("numbers out of their range are wrong usage, with the range") {
  const Shell shell;
  for (const char* option :
       {"--threads 0", "--threads -1", "--threads 1000000", "--threads two", "--threads ''",
        "--hidden-size 0", "--hidden-size -768", "--hidden-size 7.5", "--num-heads 1e3", "--num-heads 0x10",
        "--head-dim 0", "--num-kv-heads 0", "--vocab-size +5", "--vocab-size 18446744073709551616",
        "--window -1", "--max-tokens 0"}) {
    CAPTURE(option);
    check_error(shell.run(std::string("mha --text a ") + option), 2, "': a whole number from 1 to ");
  }
  for (const char* seed : {"x", "1.5", "18446744073709551616", "-9223372036854775809", "''"}) {
    CAPTURE(seed);
    check_error(shell.run(std::string("mha --text a --seed ") + seed), 2,
                "a whole number from -9223372036854775808 to 18446744073709551615 is wanted");
  }
}

TEST_CASE("the last of an option's values holds, and its meaning does not depend on its place") {
  const Shell shell;
  CHECK(shell.output("mha --seed 1 --text a --seed 2 --get seed") == "2\n");
  CHECK(shell.output("mha --get tokens --special-tokens --text a --no-special-tokens") == "1\n");
  CHECK(shell.output("mha --get tokens --no-special-tokens --text a --special-tokens") == "3\n");
}

TEST_CASE("heads that do not divide the hidden size are refused with the nearest divisors") {
  const Shell shell;
  check_error(shell.run("mha --text 'a b c' --num-heads 7"), 2,
              "--num-heads is 7, which does not divide hidden_size 768 (nearest: 6, 8)");
  check_error(shell.run("mha --text a --num-heads 1000"), 2, "(nearest: 768)");
  check_error(shell.run("mha --text a --hidden-size 2"), 2, "which does not divide --hidden-size 2");
  check_error(shell.run("mha --text a --num-kv-heads 5"), 2,
              "--num-kv-heads is 5, which does not divide num_attention_heads 12 (nearest: 4, 6)");
  CHECK(shell.output("mha --text a --num-heads 7 --head-dim 3 --get x --get output") == "1x1x21\n1x1x768\n");
}

TEST_CASE("grouped queries share keys and values") {
  const Shell shell;
  CHECK(shell.output("mha --text 'a b' --num-kv-heads 4 --get query --get key --get value --get key.weight "
                     "--get num_kv_heads") == "1x12x2x64\n1x4x2x64\n1x4x2x64\n256x768\n4\n");
  CHECK(shell.output("mha -q --text 'a b' --num-kv-heads 1 --check finite,rows-sum-1").empty());
}

TEST_CASE("every preset runs, and the help names it") {
  const Shell shell;
  const std::string help = shell.output("mha --help");
  for (const Preset& preset : presets) {
    CAPTURE(preset.name);
    CHECK(help.find(preset.name) != std::string::npos);
    const std::string line = "mha --text a --get embed_dim --config ";
    CHECK(shell.output(line + std::string(preset.name)) == std::to_string(preset.hidden_size) + "\n");
  }
}

TEST_CASE("sizes beyond memory are refused by their figures: soon, and without taking it") {
  const Shell shell;
  const struct {
    const char *arguments, *words;
  } large[] = {
      {"--hidden-size 18446744073709551615", "is 18446744073709551615; more than 2147483648"},
      {"--vocab-size 9223372036854775808", "more than 2147483648 is not supported"},
      {"--num-heads 4294967296 --head-dim 1", "more than 65536 is not supported"},
      {"--hidden-size 2147483648 --num-heads 1", "an embedding of 30522 x 2147483648"},
      {"--hidden-size 1200000 --head-dim 2000000000", "PB of memory, but only"},
      {"--num-heads 2147483648 --head-dim 2147483648", "more than 65536 is not supported"},
      {"--head-dim 100000000", "of memory, but only"},
      {"--num-heads 65536 --num-kv-heads 65536 --head-dim 100000", "of memory, but only"},
  };
  for (const auto& [arguments, words] : large) {
    check_quick_error(shell.run(std::string("mha --text a ") + arguments), 5, words);
  }
}

TEST_CASE("the help lists options with their defaults and is the same from any folder") {
  const Shell shell;
  const std::string help = shell.output("mha --help");
  CHECK(shell.output("mha -h") == help);
  CHECK(shell.output("cd / && mha --help --causal") == help);
  for (const char* words : {"--text TEXT",
                            "--text-file FILE",
                            "--ids ",
                            "--context",
                            "--config",
                            "--num-kv-heads",
                            "--seed",
                            "(default: 0)",
                            "--causal",
                            "--window",
                            "--mask FILE",
                            "1 = attend",
                            "--masked-rows zero|nan|uniform",
                            "--threads",
                            "--format text|json|tutorial",
                            "--save",
                            "--get",
                            "--expect",
                            "--check",
                            "--quiet",
                            "Exit status: 0 done",
                            "tokenize"}) {
    CAPTURE(words);
    CHECK(help.find(words) != std::string::npos);
  }
  CHECK(shell.output("mha tokenize --help").find("--tokenizer") != std::string::npos);
}
