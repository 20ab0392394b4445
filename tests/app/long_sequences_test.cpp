// Sequences so long that attention holds some heads at a time.
#include <doctest/doctest.h>

#include "support/command.h"

using namespace mha;
using test::Outcome;
using test::Shell;

namespace {

/// A layer of 768 features whose queries see themselves alone, so that it takes little time.
std::string layer_over(std::size_t tokens) {
  return "mha --ids $(seq -s, 0 " + std::to_string(tokens - 1) + ") --hidden-size 768 --causal --window 1 ";
}

}  // namespace

TEST_CASE("a long layer takes little memory beyond its input, its output and the rows between them") {
  if (test::sanitized) return;
  const Shell shell;
  constexpr std::size_t tensor = 8192 * 768 * sizeof(float) / 1024;
  const Outcome one = shell.run(layer_over(1) + "--get output"),
                all = shell.run(layer_over(8192) + "--get output");
  REQUIRE(one.status == 0);
  REQUIRE(all.status == 0);
  CHECK(all.peak_kilobytes > one.peak_kilobytes + 2 * tensor);
  CHECK(all.peak_kilobytes < one.peak_kilobytes + 4 * tensor);
}

TEST_CASE("the output of a long layer has the same bits whatever else is saved") {
  const Shell shell;
  shell.output(layer_over(2600) + "-q --save output=alone.npy");
  for (const char* more : {"query", "key,value", "x"}) {
    CAPTURE(more);
    shell.output(layer_over(2600) + "-q --save output=beside.npy --save " + more + "=named.safetensors");
    shell.output("cmp alone.npy beside.npy");
  }
}

TEST_CASE("a check that would keep maps too large is refused by its name") {
  const Shell shell;
  const std::string line = "mha --ids $(yes 1 | head -30000 | paste -sd,) --num-heads 768 ";
  test::check_quick_error(
      shell.run(line + "--check rows-sum-1,finite"), 5,
      "this run, which keeps all tensors that --check rows-sum-1,finite looks at, needs ");
  test::check_quick_error(shell.run(line + "--save weights=w.npy"), 5, "mha: this run needs ");
}
