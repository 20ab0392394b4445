// What the layer of random weights does besides, against PyTorch: the folders of tests/golden/layer_choices.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "report/npy.h"
#include "support/command.h"

using namespace mha;
using test::check_error;
using test::Shell;
namespace fs = std::filesystem;

namespace {

std::string contents(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

double error_of(const Tensor& got, const Tensor& want) {
  REQUIRE(got.shape == want.shape);
  const auto expected = want.as<double>();
  double worst = 0;
  std::visit(
      [&](const auto& values) {
        for (std::size_t i = 0; i < expected.size(); ++i) {
          const double error = std::abs(static_cast<double>(values[i]) - expected[i]);
          worst = std::isnan(error) ? INFINITY : std::max(worst, error);
        }
      },
      got.values);
  return worst;
}

}  // namespace

TEST_CASE("positions, scales, bounds and norms of the random layer are those of PyTorch") {
  const Shell shell;
  std::size_t folders = 0;
  for (const auto& entry : fs::directory_iterator(MHA_SOURCE_DIR "/tests/golden/layer_choices")) {
    const std::string name = entry.path().filename();
    CAPTURE(name);
    std::string arguments = contents(entry.path() / "arguments");
    arguments.pop_back();
    for (const char* dtype : {"float32", "float64"}) {
      shell.output("mha -q " + arguments + " --dtype " + dtype + " --save weights=w.npy --save output=o.npy");
      const double allowed = std::string(dtype) == "float32" ? 2e-6 : 1e-12;
      CHECK(error_of(read_npy(shell.path("w.npy")), read_npy(entry.path() / "weights.npy")) < allowed);
      CHECK(error_of(read_npy(shell.path("o.npy")), read_npy(entry.path() / "output.npy")) < allowed);
    }
    ++folders;
  }
  CHECK(folders == 8);
}

TEST_CASE("choices of the random layer that do not go together are refused") {
  const Shell shell;
  const std::string run = "mha --ids 1,2 --hidden-size 6 --num-heads 2 ";
  check_error(shell.run(run + "--positions rotary"), 2, "head_dim is 3; give an even --head-dim");
  check_error(shell.run(run + "--rope-theta 100"), 2, "--rope-theta goes with --positions rotary");
  check_error(shell.run(run + "--positions rotery"), 2, "did you mean 'rotary'?");
  check_error(shell.run(run + "--scale 0"), 2, "a number above 0 is wanted");
  check_error(shell.run(run + "--softcap nan"), 2, "a number above 0 is wanted");
  check_error(shell.run(run + "--window 0"), 2, "--window");
  check_error(shell.run("mha --ids 1,2 --model " MHA_SOURCE_DIR "/tests/golden/families/bert --qk-norm"), 2,
              "--qk-norm goes with random weights");
}
