// --get, --expect and --check: what scripts ask.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "model/tensors.h"
#include "report/checks.h"
#include "report/report.h"
#include "support/command.h"

using namespace mha;
using test::check_error;
using test::Shell;

namespace {

const std::string text = "mha --text 'time flies like an arrow' ";

std::size_t lines_of(const std::string& output) {
  return static_cast<std::size_t>(std::count(output.begin(), output.end(), '\n'));
}

}  // namespace

TEST_CASE("a value comes bare, several a line each in the order asked") {
  const Shell shell;
  CHECK(shell.output(text + "--get output") == "1x5x768\n");
  CHECK(shell.output(text + "--get head_dim --get weights --get head_dim") == "64\n1x12x5x5\n64\n");
  CHECK(shell.output(text + "--get seed --seed -1") == "18446744073709551615\n");
  CHECK(shell.output(text + "--get dtype --dtype float64 --quiet") == "float64\n");
  CHECK(shell.output("mha --text 'a b c' --context 'd e f g' --get weights") == "1x12x3x4\n");
}

TEST_CASE("every dimension and every tensor can be asked for, and help on names has it") {
  const Shell shell;
  const std::string help = shell.output("mha help names");
  std::string line = "mha --text 'a b' --context c --config bert-tiny-uncased";
  std::size_t count = 0;
  const RunKind kind{.checkpoint = false, .cross_attention = true};
  for (const DimensionName& dimension : dimension_names()) {
    CHECK(help.find(dimension.name) != std::string::npos);
    if (!dimension.exists(kind)) continue;
    line += " --get " + std::string(dimension.name);
    ++count;
  }
  for (const TensorName& tensor : activation_names()) {
    CHECK(help.find(tensor.name) != std::string::npos);
    if (!exists(tensor, kind)) continue;
    line += " --get " + std::string(tensor.name);
    ++count;
  }
  for (const TensorName& tensor : parameter_names()) {
    line += " --get " + std::string(tensor.name);
    ++count;
  }
  const std::string out = shell.output(line);
  CHECK(lines_of(out) == count);
  CHECK(out.find("\n\n") == std::string::npos);
}

TEST_CASE("expectations that hold end with status 0 and no word") {
  const Shell shell;
  CHECK(shell
            .output(text +
                    "--quiet --expect output=1x5x768 --expect head_dim=64 --expect dtype=float32 "
                    "--expect 'weights=?x12x*x5' --expect output=1,5,768 --expect 'output=[1, 5, 768]'")
            .empty());
}

TEST_CASE("each expectation that fails is a line, and the status is 1") {
  const Shell shell;
  check_error(shell.run(text + "--quiet --expect output=1x5x512"), 1,
              "expected output = 1x5x512, found 1x5x768");
  for (const char* wrong : {"output=1x5", "output=1x5x768x1", "output='?'", "output=1x5x", "head_dim=640",
                            "head_dim=064", "dtype=float", "output=1x5x76?"}) {
    CAPTURE(wrong);
    check_error(shell.run(text + "--quiet --expect " + wrong), 1, "expected ");
  }
  const auto outcome = shell.run(text + "--expect head_dim=1 --expect output=1x5x768 --expect num_heads=2");
  CHECK(outcome.status == 1);
  CHECK(outcome.err == "mha: expected head_dim = 1, found 64\nmha: expected num_heads = 2, found 12\n");
  CHECK(outcome.out == shell.output(text));
}

TEST_CASE("every check holds on random weights, and the help names it") {
  const Shell shell;
  const std::string help = shell.output("mha --help");
  std::string all;
  for (const Check& check : checks()) {
    CAPTURE(check.name);
    CHECK(help.find(check.name) != std::string::npos);
    CHECK(shell.output(text + "-q --check " + std::string(check.name)).empty());
    if (!all.empty()) all += ',';
    all += check.name;
  }
  CHECK(shell.output(text + "-q --causal --query-mask 1,0,1,1,1 --dtype float64 --check " + all + " 2>&1")
            .empty());
  CHECK(shell.output("printf 'a b\\nc\\n' | mha -q --check " + all).empty());
}

TEST_CASE("a check that fails names the worst number, where it stands, and ends with status 1") {
  const Shell shell;
  const std::string masked = text + "--quiet --query-mask 1,0,1,1,1 --masked-rows nan --check ";
  check_error(shell.run(masked + "finite"), 1, "mha: check finite: weights[0, 0, 1, 0] is nan");
  check_error(shell.run(masked + "rows-sum-1"), 1, "mha: check rows-sum-1: weights[0, 0, 1] sums to nan");
}

TEST_CASE("a name that is none is refused before anything is read, with the nearest") {
  const Shell shell;
  check_error(shell.run("mha --text-file missing --get outptu"), 2, "(did you mean 'output'?)");
  check_error(shell.run("mha --text-file missing --expect heads_dim=64"), 2, "(did you mean 'head_dim'?)");
  check_error(shell.run("mha --text-file missing --check finit"), 2, "(did you mean 'finite'?)");
  check_error(shell.run("mha --text-file missing --save wieghts=w.npy"), 2, "(did you mean 'weights'?)");
  check_error(shell.run("mha --text a --get context"), 2, "only with --context TEXT");
  check_error(shell.run("mha --text a --get ''"), 2, "no value ''; there are: embed_dim");
  check_error(shell.run("mha --text a --expect output"), 2, "NAME=VALUE is wanted");
  check_error(shell.run("mha --text a --expect output="), 2, "NAME=VALUE is wanted");
  check_error(shell.run("mha --text a --expect =3"), 2, "NAME=VALUE is wanted");
}
