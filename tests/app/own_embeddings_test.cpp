// Own numbers in place of text: --embeddings.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "report/npy.h"
#include "support/checkpoint_copy.h"
#include "support/command.h"
#include "support/npy.h"
#include "support/numbers.h"
#include "support/safetensors.h"
#include "support/stored_tensors.h"

using namespace mha;
using test::bytes_of;
using test::check_error;
using test::check_quick_error;
using test::npy;
using test::Shell;
namespace fs = std::filesystem;

namespace {

const fs::path goldens = fs::path(MHA_SOURCE_DIR) / "tests/golden/families";

std::set<std::string> families() {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(goldens)) {
    if (entry.is_directory()) names.insert(entry.path().filename());
  }
  REQUIRE(names.size() > 20);
  return names;
}

/// The ids of each sequence of a folder's batch.
std::vector<std::string> ids_of(const std::string& family) {
  std::ifstream file(goldens / family / "arguments");
  std::vector<std::string> ids;
  for (std::string option, value; file >> option >> value;) {
    if (option == "--ids") ids.push_back(value);
  }
  REQUIRE(!ids.empty());
  return ids;
}

/// "1,1,0,0" for a sequence of two ids among others of four.
std::string key_mask(const std::string& ids, std::size_t most) {
  const auto count = static_cast<std::size_t>(std::count(ids.begin(), ids.end(), ',')) + 1;
  std::string mask;
  for (std::size_t i = 0; i < most; ++i) mask += i < count ? "1," : "0,";
  mask.pop_back();
  return mask;
}

/// A layer of 24 features.
const std::string layer = "mha -q --num-heads 4 ";

/// Tokens of normal numbers, [B, T, 24].
std::vector<float> tokens(std::size_t count) { return test::normals(count * 24, 3); }

}  // namespace

TEST_CASE("embeddings that were saved enter a model of any family as its text did, bit by bit") {
  for (const std::string& family : families()) {
    CAPTURE(family);
    const Shell shell;
    const std::string model = "mha -q --model " + (goldens / family).string() + " --layers all ";
    for (const char* dtype : {"--dtype float32 ", "--dtype float64 "}) {
      // Twice the same sequence: a batch without padding.
      const std::string ids = ids_of(family).front(), batch = "--ids " + ids + " --ids " + ids + ' ';
      shell.output(model + dtype + batch + "--save embeddings=e.npy --save text.safetensors");
      shell.output(model + dtype + "--embeddings e.npy --save own.safetensors");
      CHECK(shell.read("own.safetensors") == shell.read("text.safetensors"));
      shell.output(model + dtype + "--embeddings text.safetensors --save own.safetensors");
      CHECK(shell.read("own.safetensors") == shell.read("text.safetensors"));
    }
  }
}

TEST_CASE("padding of saved embeddings counts as tokens unless it is masked") {
  const Shell shell;
  const std::vector<std::string> ids = ids_of("bert");
  const std::string model = "mha -q --model " + (goldens / "bert").string() + " --layers all ";
  std::string texts, masks;
  std::size_t most = 0;
  for (const std::string& sequence : ids) {
    most = std::max(most, static_cast<std::size_t>(std::count(sequence.begin(), sequence.end(), ',')) + 1);
  }
  for (const std::string& sequence : ids) {
    texts += "--ids " + sequence + ' ';
    masks += "--key-mask " + key_mask(sequence, most) + ' ';
  }
  shell.output(model + texts + "--save embeddings=e.npy --save final=text.npy");
  shell.output(model + masks + "--embeddings e.npy --save final=own.npy");
  const Tensor text = read_npy(shell.path("text.npy")), own = read_npy(shell.path("own.npy"));
  REQUIRE(text.shape == own.shape);
  std::size_t differing = 0, real = 0;
  for (std::size_t i = 0; i < text.as<double>().size(); ++i) {
    if (text.as<double>()[i] == 0) continue;  // padding
    ++real;
    differing += text.as<double>()[i] == own.as<double>()[i] ? 0 : 1;
  }
  CHECK(real > 100);
  CHECK(differing == 0);
}

TEST_CASE("the layer of random weights is as wide as the embeddings unless a size is given") {
  const Shell shell;
  shell.output(layer + "--hidden-size 24 --ids 5,6,7 --seed 9 --save text.safetensors");
  shell.output(layer + "--embeddings text.safetensors --seed 9 --save own.safetensors");
  CHECK(shell.read("own.safetensors") == shell.read("text.safetensors"));

  shell.write("e.npy", npy("<f4", "3, 24", bytes_of(tokens(3))));
  CHECK(shell.output("mha --embeddings e.npy --get num_heads --get output") == "12\n1x3x24\n");
  shell.write("e.npy", npy("<f4", "3, 25", bytes_of(test::normals(75, 1))));
  check_error(shell.run("mha --embeddings e.npy"), 2,
              "num_attention_heads is 12, which does not divide embed_dim of e.npy, 25 (nearest: 5, 25)");
  CHECK(shell.output("mha --embeddings e.npy --head-dim 4 --get x") == "1x3x48\n");
  check_error(shell.run("mha --embeddings e.npy --hidden-size 24"), 3,
              "--embeddings e.npy: 1x3x25 has 25 features a token, but --hidden-size is 24");
  check_error(shell.run("mha --embeddings e.npy --config bert-tiny-uncased"), 3,
              "but --config bert-tiny-uncased has hidden_size 128");
  check_error(shell.run("mha --embeddings e.npy --model " + (goldens / "bert").string()), 3,
              "bert has hidden_size 20; they must be the same");
}

TEST_CASE("embeddings are numbers of any type, and float64 keeps all of their digits") {
  const Shell shell;
  const std::vector<float> floats = tokens(3);
  std::vector<double> doubles(floats.begin(), floats.end());
  std::vector<std::int32_t> integers(72);
  for (std::size_t i = 0; i < 72; ++i) integers[i] = static_cast<std::int32_t>(i * i % 7) - 3;
  const std::vector<float> of_integers(integers.begin(), integers.end());
  const auto saved = [&](const std::string& file, const std::string& options = {}) {
    shell.output(layer + "--embeddings " + file + options + " --save out.safetensors");
    return shell.read("out.safetensors");
  };
  shell.write("f4.npy", npy("<f4", "1, 3, 24", bytes_of(floats)));
  shell.write("f8.npy", npy("<f8", "3, 24", bytes_of(doubles)));
  shell.write("i4.npy", npy("<i4", "3, 24", bytes_of(integers)));
  shell.write("i4_as_f4.npy", npy("<f4", "3, 24", bytes_of(of_integers)));
  shell.write("one.safetensors", test::safetensors({{"any", "F32", {3, 24}, bytes_of(floats)}}, 3));
  CHECK(saved("f8.npy") == saved("f4.npy"));
  CHECK(saved("one.safetensors") == saved("f4.npy"));
  CHECK(saved("i4.npy") == saved("i4_as_f4.npy"));

  for (double& number : doubles) number += 1e-12;
  shell.write("f8.npy", npy("<f8", "3, 24", bytes_of(doubles)));
  const auto fed = test::safetensors(saved("f8.npy", " --dtype float64")).at("embeddings");
  CHECK(test::numbers(fed) == doubles);
  CHECK(test::numbers(test::safetensors(saved("f8.npy")).at("embeddings")) != doubles);
}

TEST_CASE("results do not depend on threads, nor on the other sequences of a batch of embeddings") {
  const Shell shell;
  const std::vector<float> floats = tokens(2 * 300);
  shell.write("both.npy", npy("<f4", "2, 300, 24", bytes_of(floats)));
  shell.write("second.npy",
              npy("<f4", "300, 24", bytes_of(std::vector(floats.begin() + 7200, floats.end()))));
  shell.output(layer + "--causal --embeddings both.npy --threads 1 --save output=both_1.npy");
  shell.output(layer + "--causal --embeddings both.npy --threads 3 --save output=both_3.npy");
  shell.output(layer + "--causal --embeddings second.npy --save output=one.npy");
  CHECK(shell.read("both_3.npy") == shell.read("both_1.npy"));
  const Tensor both = read_npy(shell.path("both_1.npy")), one = read_npy(shell.path("one.npy"));
  CHECK(test::same_bits(both.as<double>().subspan(7200), one.as<double>()));
}

TEST_CASE("the report says which file was fed, and tokens are called by their places") {
  const Shell shell;
  shell.write("e.npy", npy("<f4", "3, 24", bytes_of(tokens(3))));
  const std::string text = shell.output("mha --num-heads 4 --embeddings e.npy --top 1");
  CHECK(text.find("inputs        embeddings of e.npy\n") != std::string::npos);
  CHECK(text.find("\ntokens ") == std::string::npos);
  CHECK(shell.output("mha --num-heads 4 --embeddings e.npy --format json | jq -c '[.inputs, .sequences]'") ==
        R"([{"embeddings":"e.npy"},[{"text":null,"ids":null,"tokens":null,"spans":null}]])"
        "\n");
  CHECK(shell.output("mha --num-heads 4 --embeddings e.npy --top 100 --format json | "
                     "jq -c '[.links[].query_token] | unique'") == "[\"0\",\"1\",\"2\"]\n");
  CHECK(shell.output("mha --text a --format json | jq 'has(\"inputs\")'") == "false\n");
}

TEST_CASE("embeddings that cannot be used are refused with what is wrong") {
  const Shell shell;
  const auto refuse = [&](const std::string& options, int status, std::string_view words) {
    CAPTURE(options);
    check_quick_error(shell.run("mha --num-heads 4 --embeddings " + options), status, words);
  };
  shell.write("e.npy", npy("<f4", "3, 24", bytes_of(tokens(3))));
  shell.write("flat.npy", npy("<f4", "72,", bytes_of(tokens(3))));
  shell.write("none.npy", npy("<f4", "0, 24", ""));
  shell.write("narrow.npy", npy("<f4", "2, 3, 0", ""));
  shell.write("short.npy", npy("<f4", "4, 24", bytes_of(tokens(3))));
  shell.write("complex.npy", npy("<c8", "1, 12", bytes_of(tokens(1))));
  shell.write("text.npy", "not an array");
  shell.write("i.safetensors", test::safetensors({{"embeddings", "I32", {3, 24}, bytes_of(tokens(3))}}));
  shell.write("two.safetensors",
              test::safetensors({{"a", "F32", {1, 1}, "abcd"}, {"b", "F32", {1, 1}, "abcd"}}));
  refuse("flat.npy", 3, "flat.npy: the tensor is 72, but [B, T, embed_dim] or [T, embed_dim] is wanted");
  refuse("none.npy", 3, "none.npy: the tensor is 0x24, so there is nothing to attend to");
  refuse("narrow.npy", 3, "narrow.npy: the tensor is 2x3x0, so there is nothing to attend to");
  refuse("short.npy", 3, "short.npy: 4x24 of <f4 need 384 bytes, but the file holds 288");
  refuse("complex.npy", 3, "complex.npy: numbers of type '<c8' are not read");
  refuse("text.npy", 3, "text.npy: not a .npy file");
  refuse("i.safetensors", 3, "i.safetensors: numbers of type I32 are not computed with; save floats");
  refuse("two.safetensors", 3, "holds 2 tensors, and none is named 'embeddings'");
  refuse("nowhere.npy", 4, "nowhere.npy: cannot be read: No such file");
  refuse("e.npy --max-tokens 2", 5, "e.npy: 3 tokens in a sequence, more than the limit of 2");
  refuse("e.npy --embeddings e.npy", 2, "--embeddings is given twice");
  refuse("e.npy --save embeddings=./e.npy", 2, "would overwrite its own input");
  refuse("e.npy --query-mask 1,1", 3, "--query-mask has 2 values, but sequence 1 has 3 tokens");
  for (const char* text :
       {"--text a", "--text-file f", "--ids 1", "--token-types 1", "--pair a", "--context a", "--tokenizer t",
        "--special-tokens", "--no-special-tokens", "--null", "--invalid-utf8 replace", "--truncate"}) {
    refuse(std::string("e.npy ") + text, 2,
           std::string(text).substr(0, std::string_view(text).find(' ')) +
               " and --embeddings exclude each other");
  }
}

TEST_CASE("embeddings are not NaN without a word, and piped text is left alone") {
  const Shell shell;
  std::vector<float> numbers = tokens(3);
  numbers[5] = NAN;
  shell.write("nan.npy", npy("<f4", "3, 24", bytes_of(numbers)));
  const auto outcome = shell.run("mha --num-heads 4 --embeddings nan.npy --get output", "some text\n");
  CHECK(outcome.status == 0);
  CHECK(outcome.out == "1x3x24\n");
  CHECK(outcome.err.find("1 numbers of embeddings are NaN or infinite") != std::string::npos);
}

TEST_CASE("embeddings beyond the memory there is are refused before any is taken") {
  const Shell shell;
  const auto sparse = [&](const std::string& name, const std::string& shape, std::size_t bytes) {
    shell.write(name, npy("<f4", shape, ""));
    fs::resize_file(shell.path(name), fs::file_size(shell.path(name)) + bytes);
  };
  sparse("wide.npy", "32768, 16777216", std::size_t{1} << 41);
  sparse("many.npy", "4294967296, 1, 1", std::size_t{1} << 34);
  check_quick_error(shell.run("mha --embeddings wide.npy --num-heads 1 --vocab-size 1"), 5, "of memory");
  check_quick_error(shell.run("mha --embeddings many.npy --num-heads 1"), 5,
                    "many.npy, of 4294967296 sequences,");
}
