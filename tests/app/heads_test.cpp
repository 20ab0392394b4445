// What is shown of attention: statistics of heads, strongest links, words, summaries.
#include <doctest/doctest.h>

#include <string>

#include "report/heads.h"
#include "support/command.h"

using namespace mha;
using test::check_error;
using test::Shell;

namespace {

const std::string bert = "mha --model " MHA_SOURCE_DIR "/tests/golden/families/bert --ids 2,5,31,3 ";
const std::string words = "mha --text 'The unbelievably naïve नमस्ते 你好' --special-tokens --heads 0 ";

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

TEST_CASE("a table of heads has a line a head of every layer looked at") {
  const Shell shell;
  const std::string table = shell.output(bert + "--layers all --format heads");
  CHECK(std::count(table.begin(), table.end(), '\n') == 5);
  for (const Statistic& statistic : statistics()) {
    CHECK(first_line(table).find(statistic.name) != std::string::npos);
  }
  CHECK(shell.output(bert + "--layers all --heads -1 --format heads | cut -c1-11") ==
        "layer  head\n    0     1\n    1     1\n");
  CHECK(shell.output(
            bert +
            "--layers all --format heads --sort -entropy | awk 'NR > 1 { print $3 }' | sort -nc; echo $?") ==
        "0\n");
  CHECK(shell.output(
            bert +
            "--layers all --format heads --sort keys | awk 'NR > 1 { print $4 }' | sort -nrc; echo $?") ==
        "0\n");
}

TEST_CASE("statistics and links stand in the JSON report with the numbers of the weights") {
  const Shell shell;
  shell.output(bert + "-q --save weights=w.npy");
  CHECK(shell.output(bert + "--format json --stats --sort first | jq '[.stats[].first] | .[0] >= .[1]'") ==
        "true\n");
  CHECK(shell.output(bert + "--format json --stats | jq '.stats | length'") == "2\n");
  CHECK(shell.output(bert + "--format json --top 3 | jq -c '[.links[] | .weight] | . == (sort | reverse)'") ==
        "true\n");
  CHECK(shell.output(bert +
                     "--format json --top 100 | jq '[.links[] | .weight] | add | . > 7.999 and . < 8.001'") ==
        "true\n");
  CHECK(shell.output(bert + "--format json | jq 'has(\"stats\") or has(\"links\")'") == "false\n");
}

TEST_CASE("words are shown in place of their tokens") {
  const Shell shell;
  const std::string tokens = "[.links[].query_token] | unique | join(\" \")";
  CHECK(shell.output(words + "--format json --top 1000 | jq -r '" + tokens + "'") ==
        "##bel ##bly ##ie ##va ##त ##म ##स The [CLS] [SEP] naïve un न 你 好\n");
  CHECK(shell.output(words + "--words --format json --top 1000 | jq -r '" + tokens + "'") ==
        "The [CLS] [SEP] naïve unbelievably नमस्त 你 好\n");
  CHECK(shell.output(
            words +
            "--words --format json --top 1000 | jq '[.links[].weight] | add | . > 7.999 and . < 8.001'") ==
        "true\n");
  CHECK(shell.output("mha --text 'didn’t go, 3.5 x_y' --heads 0 --words --format json --top 99 | jq -r '" +
                     tokens + "'") == ", . 3 5 _ didn go t x y ’\n");
  CHECK(shell.output("mha --text 'unhelpful words' --tokenizer english --heads 0 --words --format json --top "
                     "99 | jq -r '" +
                     tokens + "'") == "unhelpful words\n");
}

TEST_CASE("bytes of a character are one word, and each ideograph is") {
  const Shell shell;
  CHECK(
      shell.output("mha --text '你好 x' --tokenizer english --heads 0 --words --format json --top 99 | jq -r "
                   "'[.links[].key_token] | unique | join(\" \")'") == "x ▁ 你 好\n");
}

TEST_CASE("of a pair the texts do not run into each other") {
  const Shell shell;
  CHECK(shell.output("mha --text ab --pair cd --no-special-tokens --heads 0 --words --format json --top 9 | "
                     "jq -r '[.links[].key_token] | unique | join(\" \")'") == "ab cd\n");
}

TEST_CASE("separators are the special tokens but the first") {
  const Shell shell;
  CHECK(shell.output("mha --text 'a b' --heads 0 --format json --stats | jq .stats[0].separators") ==
        "null\n");
  CHECK(
      shell.output(
          "mha --text 'a b' --special-tokens --heads 0 --format json --stats --top 99 | jq "
          "'(.stats[0].separators * 4) - ([.links[] | select(.key == 3) | .weight] | add) | fabs < 1e-9'") ==
      "true\n");
}

TEST_CASE("attention to another text has no statistics of places in the own one") {
  const Shell shell;
  CHECK(shell.output("mha --text 'a b' --context 'c d e' --heads 0 --format json --stats | jq -c '.stats[0] "
                     "| [.distance, .first, .self, .previous, .next]'") == "[null,null,null,null,null]\n");
  CHECK(shell.output("mha --text 'a b' --context 'c d e' --heads 0 --top 1 | tail -1 | awk '{ print $4 ~ "
                     "/[ab]/, $5 ~ /[cde]/ }'") == "1 1\n");
}

TEST_CASE("summaries of weights are saved, compared and measured by their names") {
  const Shell shell;
  CHECK(shell.output(bert + "--layers all --get rollout --get head_mean --get layer_mean") ==
        "1x4x4\n1x4x4\n1x4x4\n");
  shell.output(bert + "-q --layers all --save rollout,layer_mean,head_mean=s.safetensors");
  CHECK(shell.output("mha diff s.safetensors -- " + bert.substr(4) + "--layers all | tail -1")
            .starts_with("4 tensors: 4 equal"));
  CHECK(shell
            .output(bert + "-q --heads 1 --save head_mean=a.safetensors --save weights=b.safetensors; mha "
                           "diff a.safetensors b.safetensors 2>/dev/null; true")
            .find("only in") != std::string::npos);
  check_error(shell.run(bert + "--layers 1 --save rollout=r.npy"), 2, "add 0-1 to --layers");
  check_error(shell.run("mha --text a --context b --get rollout"), 2, "not with --context");
  CHECK(shell.output(bert + "--layers all --format json | jq '.shapes | keys | "
                            "map(select(test(\"mean|rollout\"))) | length'") == "0\n");
}

TEST_CASE("wrong ways to ask for heads are refused") {
  const Shell shell;
  check_error(shell.run(bert + "--format heads --sort entropi"), 2, "did you mean 'entropy'?");
  check_error(shell.run(bert + "--sort entropy"), 2, "--sort goes with");
  check_error(shell.run(bert + "--top 0"), 2, "a whole number from 1");
  check_error(shell.run(bert + "--format heds"), 2, "did you mean 'heads'?");
}
