// --config: files with sizes, good and bad.
#include <doctest/doctest.h>

#include <string>

#include "support/command.h"

using namespace mha;
using test::check_error;
using test::Shell;

namespace {

const std::string sizes = R"("hidden_size": 64, "num_attention_heads": 4, "vocab_size": 30522)";

std::string values(const Shell& shell, const std::string& json) {
  shell.write("config.json", json);
  return shell.output(
      "mha --text a --config config.json --get embed_dim --get num_heads --get head_dim "
      "--get num_kv_heads");
}

std::string nested(std::size_t depth) {
  return "{" + sizes + R"(, "x": )" + std::string(depth, '[') + std::string(depth, ']') + "}";
}

}  // namespace

TEST_CASE("sizes come from a config.json, its folder, or the names other families use") {
  const Shell shell;
  CHECK(values(shell, "{" + sizes + "}") == "64\n4\n16\n4\n");
  CHECK(shell.output("mha --text a --config . --get output") == "1x1x64\n");
  CHECK(values(shell, "{" + sizes + R"(, "num_key_value_heads": 2, "head_dim": 8})") == "64\n4\n8\n2\n");
  CHECK(values(shell, R"({"n_embd": 48, "n_head": 3, "vocab_size": 30522, "x": {"y": [1.5, null]}})") ==
        "48\n3\n16\n3\n");
  CHECK(values(shell, nested(60)) == "64\n4\n16\n4\n");
}

TEST_CASE("options override the file") {
  const Shell shell;
  shell.write("config.json", "{" + sizes + "}");
  CHECK(shell.output("mha --text a --config ./config.json --num-heads 8 --get head_dim") == "8\n");
  check_error(shell.run("mha --text a --config ./config.json --num-heads 7"), 2,
              "--num-heads is 7, which does not divide hidden_size 64 (nearest: 4, 8)");
}

TEST_CASE("a size that is no whole number from 1 on is refused with its key and value") {
  const Shell shell;
  for (const char* value : {"0", "-12", "12.5", "\"12\"", "true", "1e+99", "false", "18446744073709551615"}) {
    CAPTURE(value);
    shell.write("config.json", std::string(R"({"hidden_size": 64, "num_attention_heads": )") + value +
                                   R"(, "vocab_size": 30522})");
    check_error(shell.run("mha --text a --config config.json"), 3,
                std::string("config.json: num_attention_heads is ") + value + "; it must be a whole number");
  }
  shell.write("config.json", R"({"hidden_size": [64], "num_attention_heads": {}, "vocab_size": "\u001b\n"})");
  check_error(shell.run("mha --text a --config config.json"), 3, "config.json:");
}

TEST_CASE("a size that is missing, null or does not fit is refused by name") {
  const Shell shell;
  const auto refused = [&](const std::string& json, int status, const char* words) {
    shell.write("config.json", json);
    check_error(shell.run("mha --text a --config config.json"), status, words);
  };
  refused(R"({"hidden_size": 64, "num_attention_heads": 4})", 3, "config.json: vocab_size is missing");
  refused(R"({"hidden_size": 64, "vocab_size": 9})", 3, "config.json: num_attention_heads is missing");
  refused(R"({"hidden_size": 64, "num_attention_heads": null, "vocab_size": 9})", 3, "is missing");
  refused(R"({"hidden_size": 64, "num_attention_heads": 7, "vocab_size": 9})", 3,
          "config.json: num_attention_heads is 7, which does not divide hidden_size 64 (nearest: 4, 8)");
  refused(R"({"hidden_size": 64, "num_attention_heads": 4, "vocab_size": 9})", 3, "but vocab_size is 9");
  refused(R"({"hidden_size": 64, "num_attention_heads": 4, "vocab_size": 1099511627776})", 5,
          "vocab_size is 1099511627776");
  refused("{}", 3, "is missing");
}

TEST_CASE("what is not one JSON object is refused") {
  const Shell shell;
  for (const std::string& json : {std::string(),
                                  std::string(" \n"),
                                  std::string("hidden"),
                                  std::string("[1]"),
                                  std::string("null"),
                                  std::string("\"a\""),
                                  std::string("768"),
                                  "{" + sizes,
                                  "{" + sizes + ",}",
                                  "{" + sizes + "} x",
                                  "{" + sizes + R"(, "x": NaN})",
                                  "{" + sizes + "} // sizes",
                                  "\xef\xbb\xbf{" + sizes + "}",
                                  "{" + sizes + R"(, "hidden_size": 64})",
                                  "{" + sizes + ", \"x\": \"\xff\"}",
                                  "{" + sizes + R"(, "\ud800": 1})",
                                  "{" + sizes + R"(, "two\nlines": 1, "two\nlines": 2})",
                                  nested(100),
                                  nested(100'000),
                                  std::string("{\0}", 3)}) {
    CAPTURE(json.substr(0, 100));
    shell.write("config.json", json);
    check_error(shell.run("mha --text a --config config.json"), 3, "config.json:");
  }
  shell.write("config.json", "{" + sizes + R"(, "hidden_size": 64})");
  check_error(shell.run("mha --text a --config ."), 3, "./config.json: 'hidden_size' appears twice");
}

TEST_CASE("a configuration that cannot be read is an error of input with the system's reason") {
  const Shell shell;
  shell.output("ln -s loop loop; mkdir empty");
  check_error(shell.run("mha --text a --config missing.json"), 4,
              "missing.json: cannot be read: No such file");
  check_error(shell.run("mha --text a --config empty"), 4, "empty/config.json: cannot be read: No such file");
  check_error(shell.run("mha --text a --config loop"), 4, "loop: cannot be read: Too many levels");
  check_error(shell.run("mha --text a --config ./loop"), 4, "loop: cannot be read: Too many levels");
  check_error(shell.run("mha --text a --config ./" + std::string(300, 'n')), 4, "File name too long");
  check_error(shell.run("mha --text a --config loop/config.json"), 4, "cannot be read");
  check_error(shell.run("mha --text a --config /dev/null"), 3,
              "/dev/null:1:1: not JSON: expected a value, found the end of the text");
  check_error(shell.run("mha --text a --config /dev/zero"), 5, "/dev/zero: holds more than 16777216 bytes");
  check_error(shell.run("mha --text a --config ''"), 2, "no such preset or file");
}
