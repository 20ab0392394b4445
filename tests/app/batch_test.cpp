// A sequence's numbers do not depend on the others, nor on threads.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "report/npy.h"
#include "support/command.h"
#include "support/numbers.h"

using namespace mha;
using test::Shell;

namespace {

const std::vector<std::string> texts = {"time flies like an arrow", "a",
                                        "fruit flies like a banana , it does", "so do we"};

/// True when sequence `index` of [B, T, F] begins with all of [1, t, F], and is zero behind it.
bool holds(const Tensor& batch, std::size_t index, const Tensor& alone) {
  const std::size_t size = batch.shape[1] * batch.shape[2];
  const auto all = batch.as<double>().subspan(index * size, size);
  const auto one = alone.as<double>();
  for (std::size_t i = 0; i < size; ++i) {
    if (all[i] != (i < one.size() ? one[i] : 0.0)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("the lines of a batch give the very numbers that each gives alone") {
  const Shell shell;
  std::string lines;
  for (const std::string& text : texts) lines += text + '\n';
  shell.write("lines.txt", lines);
  for (const char* options : {"", " --causal", " --dtype float64", " --num-kv-heads 3 --threads 3"}) {
    CAPTURE(options);
    shell.output(std::string("mha -q --text-file lines.txt --save output=batch.npy") + options);
    const Tensor batch = read_npy(shell.path("batch.npy"));
    REQUIRE(batch.shape == Shape{4, 8, 768});
    for (std::size_t i = 0; i < texts.size(); ++i) {
      shell.output("mha -q --text '" + texts[i] + "' --save output=alone.npy" + options);
      CHECK(holds(batch, i, read_npy(shell.path("alone.npy"))));
    }
  }
}

TEST_CASE("text from options, a file, standard input and as ids gives the same files") {
  const Shell shell;
  shell.write("line.txt", "time flies\n");
  shell.output("mha -q --text 'time flies' --save a.safetensors");
  shell.output("mha -q --text-file line.txt --save b.safetensors");
  shell.output("cat line.txt | mha -q --save c.safetensors");
  shell.output("mha -q --ids 2051,10029 --save d.safetensors");
  for (const char* other : {"b", "c", "d"}) {
    CHECK(shell.output(std::string("cmp a.safetensors ") + other + ".safetensors").empty());
  }
}

TEST_CASE("any number of threads gives the same files") {
  const Shell shell;
  std::string lines;
  for (int i = 0; i < 12; ++i) {
    for (const std::string& text : texts) lines += text + '\n';
  }
  shell.write("lines.txt", lines);
  for (const char* input : {"--text-file lines.txt", "--text \"$(tr '\\n' ' ' < lines.txt)\""}) {
    const std::string line = std::string("mha -q ") + input + " --window 5 --save output,weights=";
    shell.output(line + "1.safetensors --threads 1");
    for (const char* threads : {"2", "7"}) {
      CAPTURE(input);
      CAPTURE(threads);
      shell.output(line + "n.safetensors --threads " + threads);
      CHECK(shell.output("cmp 1.safetensors n.safetensors").empty());
    }
  }
}

TEST_CASE("seeds differ, and the same seed gives the same bytes") {
  const Shell shell;
  for (const char* seed : {"0", "1", "-1", "18446744073709551615"}) {
    shell.output(std::string("mha -q --text a --save output=") + seed + ".npy --seed " + seed);
  }
  shell.output("mha -q --text a --save output=default.npy");
  CHECK(shell.read("default.npy") == shell.read("0.npy"));
  CHECK(shell.read("0.npy") != shell.read("1.npy"));
  CHECK(shell.read("-1.npy") == shell.read("18446744073709551615.npy"));
}

TEST_CASE("asking for more does not change what is there") {
  const Shell shell;
  shell.output("mha -q --text 'time flies' --save output=one.npy");
  shell.output("mha -q --text 'time flies' --save output=two.npy --save all.safetensors --check finite");
  CHECK(shell.read("one.npy") == shell.read("two.npy"));
}
