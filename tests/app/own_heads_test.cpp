// Own projected heads in place of text: --query, --key, --value, against PyTorch's
// scaled_dot_product_attention (tests/golden/own_heads.py).
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "report/npy.h"
#include "support/command.h"
#include "support/npy.h"
#include "support/numbers.h"
#include "support/stored_tensors.h"

using namespace mha;
using test::bytes_of;
using test::check_error;
using test::check_quick_error;
using test::npy;
using test::Shell;
namespace fs = std::filesystem;

namespace {

const fs::path goldens = fs::path(MHA_SOURCE_DIR) / "tests/golden/own_heads";

struct Case {
  std::string name, options;
};

std::vector<Case> cases() {
  return {{"plain", ""},
          {"grouped", ""},
          {"causal", "--causal "},
          {"multi_query", ""},
          {"masked", "--mask " + (goldens / "masked/mask.npy").string() + ' '}};
}

/// --query, --key and --value of a case.
std::string heads_of(const std::string& name) {
  std::string options;
  for (const char* tensor : {"query", "key", "value"}) {
    options += fmt::format("--{} {}/{}.npy ", tensor, (goldens / name).string(), tensor);
  }
  return options;
}

/// Largest difference from the golden file, over its largest number.
double error_of(const Tensor& tensor, const Case& test) {
  const Tensor exact = read_npy(goldens / test.name / "heads.npy");
  REQUIRE(tensor.shape == exact.shape);
  return test::relative_error(tensor.as<double>(), exact.as<double>());
}

double error_of(const Shell& shell, const std::string& file, const Case& test, const std::string& tensor) {
  const Tensor exact = read_npy(goldens / test.name / (tensor + ".npy")), own = read_npy(shell.path(file));
  REQUIRE(own.shape == exact.shape);
  return test::relative_error(own.as<double>(), exact.as<double>());
}

}  // namespace

TEST_CASE("attention over own heads is what PyTorch computes, plain, grouped, causal and masked") {
  for (const Case& test : cases()) {
    CAPTURE(test.name);
    const Shell shell;
    const std::string command = "mha -q " + heads_of(test.name) + test.options;
    shell.output(command + "--save weights=w.npy --save heads=h.npy");
    shell.output(command + "--dtype float64 --save weights=w64.npy --save heads=h64.npy");
    CHECK(error_of(shell, "w64.npy", test, "weights") < 1e-14);
    CHECK(error_of(shell, "h64.npy", test, "heads") < 1e-14);
    CHECK(error_of(shell, "w.npy", test, "weights") < 1e-6);
    // No further from exact numbers than 3 times what PyTorch's float32 is, or eight units in the last place.
    const double pytorch = error_of(read_npy(goldens / test.name / "heads32.npy"), test);
    CHECK(error_of(shell, "h.npy", test, "heads") < std::max(3 * pytorch, 8.0 / (1 << 23)));
  }
}

TEST_CASE("the golden cases are not the same without their masks") {
  for (const Case& test : cases()) {
    if (test.options.empty()) continue;
    const Shell shell;
    shell.output("mha -q " + heads_of(test.name) + "--save heads=h.npy");
    CHECK(error_of(shell, "h.npy", test, "heads") > 0.1);
  }
}

TEST_CASE("heads that a layer has projected give the bits of that layer, whatever is wanted, and however") {
  for (const std::string sizes : {"--num-heads 6", "--num-heads 6 --num-kv-heads 2"}) {
    for (const std::string mask : {"", "--causal --window 40", "--window 3 --masked-rows nan --key-mask 0"}) {
      for (const std::string dtype : {"float32", "float64"}) {
        CAPTURE(sizes);
        CAPTURE(mask);
        CAPTURE(dtype);
        const Shell shell;
        std::string ids = "0";
        for (int i = 1; i < 70; ++i) ids += fmt::format(",{}", i * i % 90);
        std::string masks = mask;
        if (const auto at = masks.find("--key-mask 0"); at != std::string::npos) {
          for (int i = 1; i < 70; ++i) masks += i > 8 ? ",1" : ",0";
        }
        const std::string options = fmt::format(" -q {} --dtype {} ", masks, dtype);
        shell.output("mha --hidden-size 48 --vocab-size 90 " + sizes + options + "--ids " + ids +
                     " --save query,key,value,scores,weights,heads,x=layer.safetensors");
        const std::string own =
            "mha --query layer.safetensors --key layer.safetensors --value layer.safetensors" + options;
        shell.output(own + "--save own.safetensors");
        CHECK(shell.read("own.safetensors") == shell.read("layer.safetensors"));
        shell.output(own + "--threads 3 --save x=x3.npy");
        shell.output(own + "--threads 1 --save x=x1.npy");
        CHECK(shell.read("x3.npy") == shell.read("x1.npy"));
        const auto numbers = test::numbers(test::safetensors(shell.read("layer.safetensors")).at("x"));
        CHECK(test::same_bits(read_npy(shell.path("x1.npy")).as<double>(), numbers));
      }
    }
  }
}

TEST_CASE("of a checkpoint's file the heads of the only layer are taken, of more none by guess") {
  const Shell shell;
  const std::string model = "mha -q --model " MHA_SOURCE_DIR "/tests/golden/families/bert --ids 5,6,7,8 ";
  shell.output(model +
               "--layers 1 --save layers.1.query,layers.1.key,layers.1.value=one.safetensors "
               "--save layers.1.weights=model.npy");
  const std::string own = "mha -q --query one.safetensors --key one.safetensors ";
  shell.output(own + "--save weights=own.npy");
  CHECK(shell.read("own.npy") == shell.read("model.npy"));
  shell.output(model + "--layers all --save query,key=all.safetensors");
  check_error(
      shell.run("mha --query all.safetensors --key all.safetensors"), 3,
      "--query all.safetensors: holds 4 tensors, and 'layers.0.query' and 'layers.1.query' are both that");
}

TEST_CASE("sequences of a batch of heads are computed as each alone, and heads are chosen as elsewhere") {
  const Shell shell;
  const std::vector<float> q = test::normals(2 * 4 * 20 * 6, 1), k = test::normals(2 * 2 * 300 * 6, 2);
  const auto half = [](const std::vector<float>& all, bool second) {
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    return second ? std::vector(middle, all.end()) : std::vector(all.begin(), middle);
  };
  shell.write("q.npy", npy("<f4", "2, 4, 20, 6", bytes_of(q)));
  shell.write("k.npy", npy("<f4", "2, 2, 300, 6", bytes_of(k)));
  shell.write("q1.npy", npy("<f4", "4, 20, 6", bytes_of(half(q, true))));
  shell.write("k1.npy", npy("<f4", "1, 2, 300, 6", bytes_of(half(k, true))));
  shell.output("mha -q --query q.npy --key k.npy --value k.npy --save x=both.npy --save weights=w.npy");
  shell.output("mha -q --query q1.npy --key k1.npy --value k1.npy --save x=one.npy");
  shell.output("mha -q --query q.npy --key k.npy --heads 1,3 --save weights=some.npy");
  const Tensor both = read_npy(shell.path("both.npy")), one = read_npy(shell.path("one.npy"));
  CHECK(both.shape == Shape{2, 20, 24});
  CHECK(test::same_bits(both.as<double>().subspan(480), one.as<double>()));
  const Tensor all = read_npy(shell.path("w.npy")), some = read_npy(shell.path("some.npy"));
  REQUIRE(some.shape == Shape{2, 2, 20, 300});
  for (const std::size_t i : {0, 1, 2, 3}) {
    const std::size_t sequence = i / 2, head = i % 2 * 2 + 1;
    CHECK(test::same_bits(some.as<double>().subspan(i * 6000, 6000),
                          all.as<double>().subspan((sequence * 4 + head) * 6000, 6000)));
  }
}

TEST_CASE("the report of own heads has their sizes and files, and nothing of a model") {
  const Shell shell;
  shell.run("ln -s " + (goldens / "grouped").string() + " g");
  CHECK(shell.output("mha --query g/query.npy --key g/key.npy --value g/value.npy") ==
        "num_heads     6\n"
        "head_dim      10\n"
        "num_kv_heads  2\n"
        "query         2x6x5x10\n"
        "key           2x2x37x10\n"
        "value         2x2x37x10\n"
        "scores        2x6x5x37\n"
        "weights       2x6x5x37\n"
        "heads         2x6x5x10\n"
        "x             2x5x60\n"
        "inputs        query of g/query.npy, key of g/key.npy, value of g/value.npy\n");
  CHECK(shell.output("MHA_MODEL=/nowhere mha --query g/query.npy --key g/key.npy --format json | "
                     "jq -c '[.inputs, .shapes, has(\"embed_dim\"), has(\"seed\"), .sequences[1]]'") ==
        R"([{"query":"g/query.npy","key":"g/key.npy"},)"
        R"({"query":[2,6,5,10],"key":[2,2,37,10],"scores":[2,6,5,37],"weights":[2,6,5,37]},false,false,)"
        R"({"text":null,"ids":null,"tokens":null,"spans":null,)"
        R"("context":{"text":null,"ids":null,"tokens":null,"spans":null}}])"
        "\n");
  CHECK(shell.output("mha --query g/query.npy --key g/key.npy --top 300 --format json | "
                     "jq -c '[.links[] | [.query, .query_token], [.key, .key_token]] | "
                     "map(.[0] == (.[1] | tonumber)) | unique'") == "[true]\n");
  CHECK(shell.output("mha --query g/query.npy --key g/key.npy --check rows-sum-1,finite -q --stats").empty());
}

TEST_CASE("heads that do not go together are refused with both sizes") {
  const Shell shell;
  const auto write = [&](const std::string& name, const std::string& shape, std::size_t count) {
    shell.write(name + ".npy", npy("<f4", shape, bytes_of(test::normals(count, 4))));
  };
  write("q", "2, 4, 3, 5", 120);
  write("k", "2, 2, 6, 5", 120);
  write("batch", "1, 2, 6, 5", 60);
  write("dim", "2, 2, 6, 4", 96);
  write("heads", "2, 3, 6, 5", 180);
  write("longer", "2, 2, 7, 5", 140);
  write("flat", "12, 10", 120);
  write("none", "2, 0, 3, 5", 0);
  const auto refuse = [&](const std::string& options, int status, std::string_view words) {
    CAPTURE(options);
    check_quick_error(shell.run("mha " + options), status, words);
  };
  refuse("--query q.npy --key batch.npy", 3,
         "q.npy is 2x4x3x5, batch.npy is 1x2x6x5: query and key need the same batch");
  refuse("--query q.npy --key dim.npy", 3,
         "q.npy is 2x4x3x5, dim.npy is 2x2x6x4: query and key need the same head_dim");
  refuse("--query q.npy --key heads.npy", 3,
         "q.npy is 2x4x3x5, heads.npy is 2x3x6x5: the heads of query must be");
  refuse("--query q.npy --key k.npy --value longer.npy", 3,
         "k.npy is 2x2x6x5, longer.npy is 2x2x7x5: key and value");
  refuse("--query flat.npy --key k.npy", 3, "--query flat.npy: the tensor is 12x10, but [B, H, T, head_dim]");
  refuse("--query q.npy --key none.npy", 3, "--key none.npy: the tensor is 2x0x3x5, so there is nothing");
  refuse("--query q.npy", 2, "--query and --key go together");
  refuse("--value q.npy", 2, "--query and --key go together");
  const std::string own = "--query q.npy --key k.npy ";
  refuse(own + "--embeddings q.npy", 2, "exclude each other");
  refuse(own + "--text a", 2, "--text and --query exclude each other");
  refuse(own + "--model a", 2, "so that --model has no part");
  refuse(own + "--hidden-size 20", 2, "--hidden-size goes with random weights");
  refuse(own + "--seed 0", 2, "--seed goes with random weights");
  refuse(own + "--format tutorial", 2, "--format tutorial shows what enters and leaves a layer");
  refuse(own + "--max-tokens 5", 5, "k.npy: 6 tokens in a sequence, more than the limit of 5");
  refuse(own + "--layers 1", 2, "there is no 1");
  refuse(own + "--save key=k.npy", 2, "would overwrite its own input");
  refuse(own + "--mask flat.npy", 3, "flat.npy");
  for (const char* name :
       {"embeddings", "output", "context", "query.weight", "output.bias", "hidden", "final"}) {
    refuse(own + "--get " + name, 2, fmt::format("there is no tensor '{}' with --query and --key", name));
  }
  refuse(own + "--save rollout=a.npy", 2, "'rollout' only where --query and --key are of the same tokens");
  for (const char* name : {"value", "heads", "x"}) {
    refuse(own + "--save " + name + "=a.npy", 2,
           fmt::format("there is a tensor '{}' only with values", name));
  }
  for (const char* name : {"embed_dim", "vocab_size", "seed", "num_layers"}) {
    refuse(own + "--expect " + name + "=1", 2,
           fmt::format("there is no value '{}' with --query and --key", name));
  }
}

TEST_CASE("own heads are not NaN without a word; a query that sees no key gives zeros and a note") {
  const Shell shell;
  std::vector<float> numbers = test::normals(24, 1);
  shell.write("q.npy", npy("<f4", "2, 3, 4", bytes_of(numbers)));
  const auto masked =
      shell.run("mha -q --query q.npy --key q.npy --value q.npy --key-mask 0,0,0 --save x=x.npy");
  CHECK(masked.status == 0);
  const Tensor x = read_npy(shell.path("x.npy"));
  CHECK(std::ranges::all_of(x.as<double>(), [](double number) { return number == 0; }));
  const auto blind = shell.run("mha --query q.npy --key q.npy --causal --key-mask 0,1,1 --get weights");
  CHECK(blind.err.find("2 rows of weights may attend to no key") != std::string::npos);

  numbers[7] = INFINITY;
  shell.write("k.npy", npy("<f4", "2, 3, 4", bytes_of(numbers)));
  const auto outcome = shell.run("mha --query q.npy --key k.npy --get weights");
  CHECK(outcome.status == 0);
  CHECK(outcome.err.find("1 numbers of key are NaN or infinite") != std::string::npos);
}

TEST_CASE("own heads beyond the memory there is are refused before any is taken") {
  const Shell shell;
  shell.write("q.npy", npy("<f4", "1, 1, 32768, 16777216", ""));
  fs::resize_file(shell.path("q.npy"), fs::file_size(shell.path("q.npy")) + (std::size_t{1} << 41));
  check_quick_error(shell.run("mha --query q.npy --key q.npy"), 5, "of memory");
  shell.write("q.npy", npy("<f4", "1, 70000, 1, 1", bytes_of(std::vector<float>(70000))));
  check_quick_error(shell.run("mha --query q.npy --key q.npy"), 5, "more than 65536 heads");
}
