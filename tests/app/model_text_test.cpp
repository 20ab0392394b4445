// Texts, pairs and ids for a checkpoint: token types, truncation, batches, padding.
#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "support/checkpoint_copy.h"
#include "support/command.h"
#include "support/stored_tensors.h"

using namespace mha;
using test::check_error;
using test::CheckpointCopy;
using test::Shell;

namespace {

using Tensors = std::map<std::string, test::StoredTensor>;

/// "2 5 3 6 3 / 0 0 0 1 1": ids and token types of the only sequence of a report.
std::string ids_and_types(const Shell& shell, const std::string& options) {
  const auto outcome = shell.run("mha --model model --format json " + options);
  CHECK(outcome.status == 0);
  const JsonDocument report(outcome.out, "report");
  const JsonValue sequence = report.root().find("sequences")->items().at(0);
  std::string text;
  const auto add = [&](JsonValue number) { text += std::to_string(*number.integer()) + ' '; };
  sequence.find("ids")->each_item(add);
  text += '/';
  if (const auto types = sequence.find("type_ids")) {
    text += ' ';
    types->each_item(add);
  }
  return text;
}

Tensors all_of(const Shell& shell, const std::string& options) {
  shell.output("mha --model model --quiet " + options + " --save all.safetensors");
  return test::safetensors(shell.read("all.safetensors"));
}

}  // namespace

TEST_CASE("texts stand between special tokens, empty ones too, unless nobody wants them") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  const auto get = [&](const std::string& options) {
    return shell.output("mha --model model --get tokens " + options);
  };
  CHECK(get("--text 'a b'") == "4\n");
  CHECK(get("--text ''") == "2\n");
  CHECK(get("--text '  '") == "2\n");
  CHECK(get("--text 'a b' --no-special-tokens") == "2\n");
  check_error(shell.run("mha --model model --text '' --no-special-tokens"), 3, "gives no token");
}

TEST_CASE("the second text of a pair has token type 1 where the family has token types") {
  const Shell shell;
  const CheckpointCopy bert(shell);
  const auto one = all_of(shell, "--text 'a b' --pair c --layers all");
  const auto two = all_of(shell, "--ids 2,5,6,3,7,3 --token-types 0,0,0,0,1,1 --layers all");
  const auto none = all_of(shell, "--ids 2,5,6,3,7,3 --layers all");
  CHECK(one.at("final").bytes == two.at("final").bytes);
  CHECK(one.at("final").bytes != none.at("final").bytes);
  const CheckpointCopy distilbert(shell, "distilbert", "plain");
  shell.output(
      "mha --model plain -q --text 'a b' --pair c --save output=one.npy; "
      "mha --model plain -q --ids 2,5,6,3,7,3 --save output=two.npy");
  CHECK(shell.read("one.npy") == shell.read("two.npy"));
}

TEST_CASE("pairs are one for all texts or one for each") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  CHECK(shell.output("mha tokenize --model model --text a --text b --pair c") ==
        "2 5 3 7 3\t[CLS] a [SEP] c [SEP]\n2 6 3 7 3\t[CLS] b [SEP] c [SEP]\n");
  CHECK(shell.output("mha tokenize --model model --text a --text b --pair c --pair d") ==
        "2 5 3 7 3\t[CLS] a [SEP] c [SEP]\n2 6 3 8 3\t[CLS] b [SEP] d [SEP]\n");
  check_error(shell.run("mha --model model --text a --pair b --pair c --pair d"), 2,
              "--pair is given 3 times for 1 sequences");
  check_error(shell.run("mha --model model --ids 5 --pair b"), 2, "--pair goes with texts");
}

TEST_CASE("token types go with ids, one for each") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  const std::string line = "mha --model model ";
  check_error(shell.run(line + "--text a --token-types 0,1"), 2, "--token-types goes with --ids");
  check_error(shell.run(line + "--ids 5,6 --token-types 0"), 2,
              "--token-types has 1 values for the 2 ids of sequence 1");
  check_error(shell.run(line + "--ids 5,6 --ids 7 --token-types 0,1"), 2, "for the 1 ids of sequence 2");
  check_error(shell.run(line + "--ids 5,6 --token-types 0,2"), 3, "token type 2, but the model has 2");
  check_error(shell.run(line + "--ids 5,6 --token-types 0,-1"), 2, "--token-types");
  check_error(shell.run(line + "--ids 5,6 --text a"), 2, "exclude each other");
}

// What BertTokenizerFast of Transformers 5.23 gives for this vocabulary with truncation=True and max_length.
TEST_CASE("truncation cuts as Transformers does: the longer text of a pair first, then both alike") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  const auto cut = [&](const std::string& options) { return ids_and_types(shell, "--truncate " + options); };
  CHECK(cut("--text 'a b c d e f g'") == "2 5 6 7 8 9 3 /");
  CHECK(cut("--text 'a b c d e f g' --max-tokens 3") == "2 5 3 /");
  CHECK(cut("--text 'a b c d e f g' --max-tokens 2") == "2 3 /");
  CHECK(cut("--text 'a b c d e f g' --pair 'g f e'") == "2 5 6 3 11 10 3 / 0 0 0 0 1 1 1 ");
  CHECK(cut("--text 'a b c d e f g' --pair g") == "2 5 6 7 3 11 3 / 0 0 0 0 0 1 1 ");
  CHECK(cut("--text a --pair 'g f e d c b a'") == "2 5 3 11 10 9 3 / 0 0 0 1 1 1 1 ");
  CHECK(cut("--text 'a b c' --pair 'g f e' --max-tokens 6") == "2 5 3 11 10 3 / 0 0 0 1 1 1 ");
  CHECK(cut("--text 'a b c d' --pair 'g f e' --max-tokens 6") == "2 5 6 3 11 3 / 0 0 0 0 1 1 ");
}

TEST_CASE("what is longer than the model's positions is refused, or cut with a note") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  const std::string line = "mha --model model --get tokens ";
  CHECK(shell.output(line + "--text 'a b c d e'") == "7\n");
  CHECK(shell.output(line + "--text 'a b c d e' --truncate") == "7\n");
  check_error(shell.run(line + "--text 'a b c d e f'"), 3, "8 tokens, but the model has positions for 7");
  check_error(shell.run(line + "--text 'a b c' --pair 'd e'"), 3,
              "8 tokens, but the model has positions for 7");
  check_error(shell.run(line + "--text 'a b' --max-tokens 3"), 5, "4 tokens, more than the limit of 3");
  check_error(shell.run(line + "--text 'a b' --max-tokens 1 --truncate"), 5,
              "2 tokens, more than the limit of 1");
  const auto cut = shell.run(line + "--text 'a b c d e f' --text a --truncate");
  CHECK(cut.status == 0);
  CHECK(cut.out == "7\n");
  CHECK(cut.err == "mha: note: --truncate cut 1 of 2 sequences to 7 tokens; the longest had 8\n");
  const auto ids = shell.run(line + "--ids 5,6,7,8,9,10,11,12,13 --token-types 0,0,0,0,0,0,1,1,1 --truncate");
  CHECK(ids.out == "7\n");
  CHECK(ids.err == "mha: note: --truncate cut 1 of 1 sequences to 7 tokens; the longest had 9\n");
}

TEST_CASE("padding is zero in everything that is saved, but for scores, which are those of masked keys") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  for (const char* dtype : {"float32", "float64"}) {
    const Tensors tensors = all_of(shell, std::string("--ids 5,6,7 --ids 8 --layers all --dtype ") + dtype);
    for (const auto& entry : tensors) {
      CAPTURE(entry.first);
      const Shape& shape = entry.second.shape;
      const std::vector<double> numbers = test::numbers(entry.second);
      const std::size_t rows = shape[shape.size() - 2], width = shape.back();
      for (std::size_t i = numbers.size() / 2; i < numbers.size(); ++i) {
        const std::size_t row = i / width % rows, column = i % width;
        const bool map = entry.first.ends_with("scores") || entry.first.ends_with("weights");
        if (row > 0) CHECK(numbers[i] == 0);
        if (row == 0 && map && column > 0)
          CHECK(numbers[i] == (entry.first.ends_with("scores") ? -INFINITY : 0));
      }
    }
  }
}
