// Decoders and encoders with windows: masks that come from the configuration, and parts that are not
// supported.
#include <doctest/doctest.h>

#include <string>

#include "support/checkpoint_copy.h"
#include "support/command.h"

using namespace mha;
using test::check_error;
using test::CheckpointCopy;
using test::Shell;

namespace {

const std::string goldens = MHA_SOURCE_DIR "/tests/golden/";

std::string of(const std::string& folder, const std::string& options) {
  return "mha --model " + goldens + folder + " --ids 5,6,7,8,9,1,2,3 --layers all " + options;
}

bool has(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("a decoder is causal without being asked, and the report says so") {
  const Shell shell;
  CHECK(has(shell.output(of("families/llama", "")), "\nmask "));
  CHECK(has(shell.output(of("families/llama", "")), "  causal; 1 = attend"));
  CHECK(has(shell.output(of("families/llama", "--format json")),
            R"("causal": true, "window": null, "windows": [null, null])"));
  const std::string no_causal = shell.output(of("families/llama", "--no-causal"));
  CHECK(has(no_causal, "not causal, which the model is"));
  CHECK_FALSE(has(shell.output("mha --model " + goldens + "families/bert --ids 5,6"), "\nmask "));
  CHECK(has(shell.output("mha --model " + goldens + "families/bert --ids 5,6 --causal"),
            "causal, which the model is not"));
  shell.output(of("families/llama", "-q --save layers.0.weights=a.npy"));
  shell.output(of("families/llama", "-q --causal --save layers.0.weights=b.npy"));
  CHECK(shell.read("a.npy") == shell.read("b.npy"));
  shell.output(of("families/llama", "-q --no-causal --save layers.0.weights=c.npy"));
  CHECK(shell.read("a.npy") != shell.read("c.npy"));
}

TEST_CASE("windows are those of the layers, unless others are given") {
  const Shell shell;
  const std::string own = shell.output(of("families/gemma2", ""));
  CAPTURE(own);
  CHECK(has(own, "causal, window 3 in layer 0; 1 = attend"));
  CHECK(has(shell.output(of("families/gemma2", "--window 2")), "window 2 in place of the model's"));
  CHECK(has(shell.output(of("families/gemma2", "--no-window")), "no window, though the model has some"));
  CHECK(has(shell.output(of("families/gemma2", "--format json")), R"("window": null, "windows": [3, null])"));
  shell.output(of("families/gemma2", "-q --save layers.0.weights=a.npy"));
  shell.output(of("families/gemma2", "-q --window 3 --save layers.0.weights=b.npy"));
  CHECK(shell.read("a.npy") == shell.read("b.npy"));
}

TEST_CASE("attention before a mixture of experts can be looked at, what is behind it is refused") {
  const Shell shell;
  const std::string model = "mha --model " + goldens + "experts/mixtral --ids 5,6,7 ";
  CHECK(has(shell.output(model), "layers.0.weights"));
  shell.output(model + "-q --save weights,output=w.npz");
  for (const char* options :
       {"--save hidden=h.npy", "--layers 1", "--layers all", "--save final=f.npy --layers -1"}) {
    CAPTURE(options);
    check_error(shell.run(model + options), 3, "the feed-forward of layer 0 is a mixture of experts");
  }
  const std::string late = "mha --model " + goldens + "experts/qwen3_moe_late --ids 5,6,7 ";
  shell.output(late + "--layers 0-1 -q --save weights=w.npz --save layers.0.hidden=h.npy");
  check_error(shell.run(late + "--layers 1 --save hidden=h.npy"), 3,
              "--layers 0-1, without final and hidden of layer 1");
  // Such a model can be run so far, and nothing that is needed for it is missing.
  const std::string text = shell.output("mha inspect " + goldens + "experts/qwen3_moe_late");
  CHECK(has(text, "limited     "));
  CHECK_FALSE(has(text, "missing     "));
}

TEST_CASE("what a configuration says wrongly of positions, windows and heads is refused by its key") {
  const struct {
    const char *model, *key, *value, *words;
  } faults[] = {
      {"llama", "rope_scaling", R"({"rope_type": "yarm", "factor": 2.0})",
       "rope_scaling.rope_type is 'yarm', which is not supported (did you mean 'yarn'?); there are: default, "
       "linear"},
      {"llama", "rope_scaling", R"({"type": "linear"})", "rope_scaling.factor is missing"},
      {"llama", "rope_scaling", R"({"type": "longrope", "short_factor": [1], "long_factor": [1, 1]})",
       "short_factor has 1 numbers; it must have 2"},
      {"llama", "rope_scaling", R"({"type": "llama3", "factor": 8.0})", "low_freq_factor is missing"},
      {"phi", "rope_parameters", R"({"rope_type": "dynamic", "factor": 2.0, "partial_rotary_factor": 0.25})",
       "rope_type is 'dynamic', but 2 features of a head are rotated; it needs 4 or more"},
      {"phi", "rope_parameters", R"({"type": "dynamic", "factor": 2.0, "partial_rotary_factor": 0.25})",
       "rope_parameters.type is 'dynamic', but 2 features of a head are rotated; it needs 4 or more"},
      {"llama", "rope_parameters", "3", "rope_parameters is 3; it must be an object"},
      {"llama", "num_key_value_heads", "4",
       "num_key_value_heads is 4, which does not divide num_attention_heads 6"},
      {"llama", "rms_norm_eps", "0", "rms_norm_eps is 0; it must be a number above 0"},
      {"mistral", "sliding_window", "0", "sliding_window is 0; it must be a whole number from 1 on"},
      {"gemma2", "layer_types", R"(["full_attention"])", "layer_types has 1 items, but there are 2 layers"},
      {"gemma2", "layer_types", R"(["full_attention", 1])",
       "layer_types has 1; it must be a list of strings"},
      {"qwen3", "head_dim", "15", "head_dim is 15; pairs of features are rotated, so it must be even"},
      {"t5", "relative_attention_num_buckets", "7", "buckets must be even"},
      {"t5", "feed_forward_proj", R"("gated-gellu")", "feed_forward_proj is 'gellu', which is not supported"},
      {"deberta_v3", "pos_att_type", R"(["p2p"])", "pos_att_type has 'p2p', which is not supported"},
      {"gpt2", "add_cross_attention", "true", "add_cross_attention is true"},
  };
  for (const auto& [model, key, value, words] : faults) {
    const std::string fault = std::string(model) + ' ' + key + ' ' + value;
    CAPTURE(fault);
    const Shell shell;
    const CheckpointCopy copy(shell, model);
    copy.set(key, value);
    check_error(shell.run("mha --model model --ids 5,6"), 3, words);
  }
}

TEST_CASE("layers before one of another type can be looked at") {
  const Shell shell;
  const CheckpointCopy copy(shell, "gemma2");
  copy.set("layer_types", R"(["sliding_attention", "linear_attention"])");
  shell.output("mha --model model --ids 5,6 --layers 0 -q --save hidden=h.npy");
  check_error(
      shell.run("mha --model model --ids 5,6 --layers 1"), 3,
      "layer_types has 'linear_attention' for layer 1, which is not supported; only 'full_attention' and "
      "'sliding_attention' are; look at the layers before it: --layers 0");
}

TEST_CASE("a convolution of DeBERTa is named, and the layer before it still works") {
  const Shell shell;
  const CheckpointCopy copy(shell, "deberta_v3");
  copy.set("conv_kernel_size", "3");
  shell.output("mha --model model --ids 5,6 -q --save weights=w.npy");
  check_error(shell.run("mha --model model --ids 5,6 --save hidden=h.npy"), 3,
              "conv_kernel_size is 3: the convolution behind layer 0 is not supported");
}

TEST_CASE("whole layers are not timed where some are not supported") {
  const Shell shell;
  const std::string bench = "mha bench --seconds 0.01 --tokens 3 --threads 1 --model " + goldens;
  shell.output(bench + "experts/mixtral --what layer");
  check_error(shell.run(bench + "experts/mixtral --what encoder"), 3, "is a mixture of experts");
  for (const char* model : {"families/gemma2", "families/deberta_v3", "families/gpt2", "families/t5"}) {
    shell.output(bench + model + " --what encoder");
  }
  CHECK(has(shell.output(bench + "families/llama --what encoder"), " causal of "));
}

TEST_CASE("inspect says what limits a model of which some layers are supported") {
  const Shell shell;
  const std::string text = shell.output("mha inspect " + goldens + "experts/mixtral");
  CHECK(has(text, "limited     "));
  CHECK(has(text, "the feed-forward of layer 0 is a mixture of experts"));
  CHECK(has(shell.output("mha inspect --format json " + goldens + "families/llama"), R"("limited": null)"));
}
