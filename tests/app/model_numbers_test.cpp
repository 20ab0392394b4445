// Numbers of a checkpoint that are not finite, and those that a run never looks at.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "support/checkpoint_copy.h"
#include "support/command.h"

using namespace mha;
using test::check_error;
using test::CheckpointCopy;
using test::Shell;

namespace {

const std::string run = "mha --model model --ids 5,6 ";

/// A checkpoint of which one number is another.
void spoil(const Shell& shell, std::string_view tensor, std::size_t place, float number) {
  CheckpointCopy(shell).change([=](std::string_view name) { return name == tensor; },
                               [=](std::vector<float>& numbers) { numbers.at(place) = number; });
}

void fill(const CheckpointCopy& copy, const std::vector<std::string_view>& kept, float number) {
  copy.change(
      [&](std::string_view name) {
        return std::none_of(kept.begin(), kept.end(),
                            [&](std::string_view part) { return name.find(part) != std::string_view::npos; });
      },
      [&](std::vector<float>& numbers) { std::fill(numbers.begin(), numbers.end(), number); });
}

}  // namespace

TEST_CASE("weights of layer 0 need the embeddings, its queries and its keys, and nothing else is looked at") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  fill(copy, {"embeddings.", "layer.0.attention.self.query.", "layer.0.attention.self.key."}, NAN);
  shell.output(run + "-q --save weights,scores,query,key,embeddings=some.safetensors");
  CHECK(shell.output(run + "--save weights=w.npy --get weights") == "1x2x2x2\n");
  CHECK(shell.run(run + "--save value=v.npy --get value").err ==
        "mha: note: 40 numbers of layers.0.x are NaN or infinite; --check finite finds the first\n");
}

TEST_CASE("embeddings alone need no layer, and only the rows of the tokens") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  fill(copy, {"embeddings."}, INFINITY);
  const auto others = [](std::vector<float>& numbers) {
    std::fill(numbers.begin(), numbers.begin() + 5 * 20, NAN);
    std::fill(numbers.begin() + 7 * 20, numbers.end(), NAN);
  };
  copy.change([](std::string_view name) { return name == "embeddings.word_embeddings.weight"; }, others);
  CHECK(shell.output(run + "--save embeddings=e.npy --get embeddings") == "1x2x20\n");
}

TEST_CASE("a layer is not computed for the sake of those before it") {
  const Shell shell;
  spoil(shell, "encoder.layer.1.attention.self.query.weight", 0, NAN);
  shell.output(run + "-q --layers 0 --check finite,rows-sum-1 --save all.safetensors");
  check_error(shell.run(run + "-q --layers 1 --check finite"), 1,
              "check finite: layers.1.query[0, 0, 0, 0] is nan");
}

TEST_CASE("what is not finite is told with the first tensor that it is seen in") {
  const Shell shell;
  const struct {
    const char* tensor;
    float number;
    const char *options, *note;
  } spoilt[] = {
      {"embeddings.word_embeddings.weight", INFINITY, "--save embeddings=e.npy",
       "20 numbers of embeddings are"},
      {"encoder.layer.1.attention.self.query.weight", NAN, "--layers all",
       "40 numbers of layers.1.output are"},
      {"encoder.layer.1.attention.self.key.bias", NAN, "--layers 1 --save scores=s.npy",
       "2 numbers of layers.1.key are"},
      {"encoder.layer.0.output.LayerNorm.bias", NAN, "--layers 1 --save weights=w.npy",
       "2 numbers of layers.0.hidden are"},
      {"encoder.layer.1.output.LayerNorm.bias", NAN, "--layers 1 --save final=f.npy",
       "2 numbers of layers.1.hidden are"},
  };
  for (const auto& one : spoilt) {
    CAPTURE(one.tensor);
    const bool is_table = std::string_view(one.tensor).starts_with("embeddings");
    shell.output("rm -rf model");
    spoil(shell, one.tensor, is_table ? 6 * 20 : 0, one.number);
    for (const char* dtype : {"float32", "float64"}) {
      const auto outcome = shell.run(run + "--get head_dim --dtype " + dtype + ' ' + one.options);
      CHECK(outcome.status == 0);
      CHECK(outcome.out == "10\n");
      CHECK(outcome.err ==
            std::string("mha: note: ") + one.note + " NaN or infinite; --check finite finds the first\n");
    }
    CHECK(shell.run(run + "-q " + one.options).err.empty());
  }
}

TEST_CASE("the check for finite numbers names the first tensor on the data's way and the place in it") {
  const Shell shell;
  spoil(shell, "encoder.layer.1.attention.self.value.bias", 13, NAN);
  check_error(shell.run(run + "-q --layers all --check finite"), 1,
              "check finite: layers.1.value[0, 1, 0, 3] is nan");
  check_error(shell.run(run + "-q --layers all --dtype float64 --check finite"), 1,
              "layers.1.value[0, 1, 0, 3] is nan");
  shell.output(run + "-q --layers 0 --check finite");
}

TEST_CASE("weights that are all zero give uniform attention, and scores beyond float32 are told of") {
  const Shell shell;
  fill(CheckpointCopy(shell), {}, 0);
  shell.output(run + "--get head_dim --layers all --check finite,rows-sum-1 --save layers.0.weights=w.npy");
  const std::string file = shell.read("w.npy");
  for (std::size_t i = 0; i < 8; ++i) {
    float weight = 0;
    std::copy_n(file.data() + file.size() - 4 * (i + 1), 4, reinterpret_cast<char*>(&weight));
    CHECK(weight == 0.5F);
  }
  shell.output("rm -r model");
  CheckpointCopy(shell).change(
      [](std::string_view name) {
        return name.find("self.query.") != name.npos || name.find("self.key.") != name.npos;
      },
      [](std::vector<float>& numbers) {
        for (float& number : numbers) number *= 1e30F;
      });
  const auto outcome = shell.run(run + "--get head_dim --save weights=w.npy");
  CHECK(outcome.status == 0);
  CHECK(outcome.err.find("numbers of layers.0.weights are NaN or infinite") != std::string::npos);
  check_error(shell.run(run + "-q --check finite"), 1, "check finite: layers.0.scores[");
}
