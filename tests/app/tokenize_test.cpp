// mha tokenize: ids, pieces and spans of texts.
#include <doctest/doctest.h>

#include <string>

#include "base/json.h"
#include "support/command.h"
#include "tokenizer/kinds.h"

using namespace mha;
using test::check_error;
using test::Shell;

TEST_CASE("tokenize prints ids and pieces, a line a text") {
  const Shell shell;
  CHECK(shell.output("mha tokenize --text 'time flies like an arrow'") ==
        "2051 10029 2066 2019 8612\ttime flies like an arrow\n");
  CHECK(shell.output("mha tokenize --text tokenization --text 'Na\303\257ve!' --special-tokens") ==
        "101 19204 3989 102\t[CLS] token ##ization [SEP]\n101 15743 999 102\t[CLS] naive ! [SEP]\n");
}

TEST_CASE("tokenize writes a JSON record a text, spans in bytes of the input") {
  const Shell shell;
  CHECK(shell.output("mha tokenize --format json --text 'Na\303\257ve \"a\"' --text ''") ==
        "{\"ids\":[15743,1000,1037,1000],\"tokens\":[\"naive\",\"\\\"\",\"a\",\"\\\"\"],"
        "\"spans\":[[0,6],[7,8],[8,9],[9,10]]}\n"
        "{\"ids\":[],\"tokens\":[],\"spans\":[]}\n");
}

TEST_CASE("a text without tokens is an empty record, and no text is no record") {
  const Shell shell;
  CHECK(shell.output("printf 'a\\n\\n  \\nb' | mha tokenize") == "1037\ta\n\t\n\t\n1038\tb\n");
  CHECK(shell.output("mha tokenize").empty());
  CHECK(shell.output("mha tokenize --text ''") == "\t\n");
  CHECK(shell.output("mha tokenize --text=") == "\t\n");
  CHECK(shell.output("mha tokenize --text '' --special-tokens") == "101 102\t[CLS] [SEP]\n");
}

TEST_CASE("many texts are written in their order, each as if alone") {
  const Shell shell;
  std::string texts, expected;
  for (int i = 0; i < 300; ++i) {
    texts += i % 7 == 0 ? "\n" : i % 2 == 0 ? "an arrow\n" : "time\n";
    expected += i % 7 == 0 ? "\t\n" : i % 2 == 0 ? "2019 8612\tan arrow\n" : "2051\ttime\n";
  }
  shell.write("texts", texts);
  CHECK(shell.output("mha tokenize --text-file texts") == expected);
}

TEST_CASE("every built-in tokenizer runs in both commands, and the help names it") {
  const Shell shell;
  for (const char* command : {"mha", "mha tokenize"}) {
    const std::string help = shell.output(std::string(command) + " --help");
    for (const BuiltinTokenizer& tokenizer : builtin_tokenizers()) {
      CAPTURE(tokenizer.name);
      CHECK(help.find(tokenizer.name) != std::string::npos);
      const std::string out = shell.output(
          std::string(command) + " --text 'Time flies' --special-tokens --format json --tokenizer " +
          std::string(tokenizer.name));
      CHECK(JsonDocument(out, "output").root().is_object());
    }
    for (const TokenizerKind& kind : tokenizer_kinds()) CHECK(help.find(kind.form) != std::string::npos);
  }
}

TEST_CASE("a vocabulary is taken from a file and from its folder") {
  const Shell shell;
  shell.write("vocab.txt", "[UNK]\r\ntime\r\nfl\r\n##ies\r\n");
  CHECK(shell.output("mha tokenize --tokenizer vocab.txt --text 'Time flies now'") ==
        "1 2 3 0\ttime fl ##ies [UNK]\n");
  CHECK(shell.output("mha tokenize --tokenizer . --text time") == "1\ttime\n");
  CHECK(shell.output(
            "mha --tokenizer . --vocab-size 4 --hidden-size 8 --num-heads 2 --text time --get output") ==
        "1x1x8\n");
}

TEST_CASE("a vocabulary that cannot serve is refused with the reason") {
  const Shell shell;
  check_error(shell.run("mha tokenize --text a --tokenizer englich"), 2, "(did you mean 'english'?)");
  check_error(shell.run("mha tokenize --text a --tokenizer missing.model"), 4,
              "missing.model: cannot be read: No such file or directory");
  check_error(shell.run("mha tokenize --text a --tokenizer ."), 4, "holds no vocabulary");
  check_error(shell.run("mha --text a --vocab-size 30521"), 3, "has 30522 pieces, but vocab_size is 30521");
  shell.write("vocab.txt", "a\nb\na\n");
  check_error(shell.run("mha tokenize --text a --tokenizer vocab.txt"), 3, "vocab.txt");
  shell.write("a.model", std::string(1000, '\x07'));
  check_error(shell.run("mha tokenize --text a --tokenizer a.model"), 3, "a.model");
  shell.write("empty.model", "");
  check_error(shell.run("mha tokenize --text a --tokenizer empty.model"), 3, "empty.model");
}

TEST_CASE("control characters of a piece do not reach the terminal") {
  const Shell shell;
  shell.write("vocab.txt", "[UNK]\n\033[31mred\n");
  const std::string help = shell.output("mha tokenize --tokenizer vocab.txt --text a");
  CHECK(help == "0\t[UNK]\n");
}

TEST_CASE("options that are not for tokenize are refused") {
  const Shell shell;
  check_error(shell.run("mha tokenize --text a --causal"), 2, "unknown option --causal");
  check_error(shell.run("mha tokenize --ids 5"), 2, "unknown option --ids");
  check_error(shell.run("mha tokenize --text a --format tutorial"), 2, "no such choice");
  check_error(shell.run("mha --causal tokenize --text a"), 2, "--causal stands before tokenize");
  check_error(shell.run("mha tokenise --text a"), 2, "(did you mean 'tokenize'?)");
  check_error(shell.run("mha tokenize tokenize --text a"), 2, "tokenize");
}
