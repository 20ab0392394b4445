// --layers, --heads and the names of tensors in a checkpoint.
#include <doctest/doctest.h>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "support/checkpoint_copy.h"
#include "support/command.h"
#include "support/stored_tensors.h"

using namespace mha;
using test::check_error;
using test::Shell;

namespace {

using Words = std::vector<std::string>;

using Tensors = std::map<std::string, test::StoredTensor>;

const std::string model = "mha --model " MHA_SOURCE_DIR "/tests/golden/families/";
const std::string bert = model + "bert ";             // two layers, two heads of 10
const std::string electra = model + "electra ";       // two layers, three heads of 6
const std::string albert = model + "albert_uneven ";  // more layers than sets of weights

Tensors saved(const Shell& shell, const std::string& line) {
  shell.output(line + " -q --save all.safetensors");
  return test::safetensors(shell.read("all.safetensors"));
}

std::string layers_of(const Shell& shell, const std::string& selection) {
  std::string names;
  for (const auto& entry : saved(shell, bert + "--ids 5,6 --layers=" + selection)) {
    if (entry.first.ends_with(".weights") || entry.first == "final") names += entry.first + ' ';
  }
  return names;
}

/// Heads `heads` of [B, H, T, last].
std::string slices(const test::StoredTensor& tensor, const std::vector<std::size_t>& heads) {
  const std::size_t map = tensor.bytes.size() / tensor.shape[0] / tensor.shape[1];
  std::string bytes;
  for (std::size_t b = 0; b < tensor.shape[0]; ++b) {
    for (const std::size_t head : heads)
      bytes += tensor.bytes.substr((b * tensor.shape[1] + head) * map, map);
  }
  return bytes;
}

}  // namespace

TEST_CASE("layers are chosen by numbers, ranges, from the end, in any order and more than once") {
  const Shell shell;
  const std::string zero = "layers.0.weights ", one = "layers.1.weights ";
  for (const std::string& selection : Words{"0", "-2", "0,0", "0-0", "'0 , -2'", "-2--2"}) {
    CAPTURE(selection);
    CHECK(layers_of(shell, selection) == zero);
  }
  for (const std::string& selection : Words{"1", "-1", "-1,1", "1--1"}) {
    CAPTURE(selection);
    CHECK(layers_of(shell, selection) == "final " + one);
  }
  for (const std::string& selection : Words{"all", "0,1", "1,0", "0-1", "-2--1", "0--1", "1,0-1,-2"}) {
    CAPTURE(selection);
    CHECK(layers_of(shell, selection) == "final " + zero + one);
  }
  CHECK(shell.output(bert + "--ids 5,6 --get weights") ==
        shell.output(bert + "--ids 5,6 --layers 0 --get weights"));
}

TEST_CASE("a layer or head that is not there is wrong usage, with those that are") {
  const Shell shell;
  for (const std::string& option : Words{"--layers", "--heads"}) {
    for (const std::string& number :
         Words{"2", "-3", "0-2", "0,99", "-9223372036854775808", "9223372036854775807"}) {
      CAPTURE(number);
      check_error(shell.run(bert + "--ids 5,6 " + option + '=' + number), 2, option + ": there is no ");
    }
    check_error(shell.run(bert + "--ids 5,6 " + option + "=7"), 2,
                "there is no 7; there are 0 to 1 (-1 is the last)");
    check_error(shell.run(bert + "--ids 5,6 " + option + "=1-0"), 2, "1-0 runs backwards");
  }
  check_error(shell.run("mha --ids 5,6 --layers 1"), 2, "--layers: there is no 1; there is only 0");
}

TEST_CASE("what is no list of layers or heads is wrong usage") {
  const Shell shell;
  for (const std::string& option : Words{"--layers", "--heads"}) {
    for (const std::string& list :
         Words{"''", "' '", "-", "0-", "--1", "0,,1", ",", "a", "all,0", "ALL", "0-all", "0x1", "+1", "1.0",
               "1e0", "0:1", "18446744073709551616", "'0 1'", "\"$(printf '\\033[31m')\""}) {
      CAPTURE(list);
      check_error(shell.run(bert + "--ids 5,6 " + option + '=' + list), 2,
                  "numbers and ranges are wanted, as in 0,3-5,-1, or all");
    }
    check_error(shell.run(bert + "--ids 5,6 " + option), 2, "needs a value");
  }
}

TEST_CASE("naming the same heads a thousand times is naming them once") {
  const Shell shell;
  std::string list = "0-1";
  for (int i = 0; i < 1000; ++i) list += ",0-1";
  CHECK(shell.output(bert + "--ids 5,6 --get weights --heads " + list) == "1x2x2x2\n");
}

TEST_CASE("heads that are chosen are the slices of the whole, bit by bit") {
  const Shell shell;
  const std::string line = electra + "--ids 5,6,7 --ids 8,9 --layers all ";
  for (const std::string& dtype : Words{"--dtype float32", "--dtype float64"}) {
    CAPTURE(dtype);
    const Tensors whole = saved(shell, line + dtype);
    const std::map<std::string, std::vector<std::size_t>> selections = {
        {"0", {0}}, {"2,0", {0, 2}}, {"-1", {2}}, {"1--1", {1, 2}}, {"all", {0, 1, 2}}};
    for (const auto& selection : selections) {
      CAPTURE(selection.first);
      const Tensors some = saved(shell, line + dtype + " --heads=" + selection.first);
      REQUIRE(some.size() == whole.size());
      for (const auto& entry : some) {
        CAPTURE(entry.first);
        const test::StoredTensor& all = whole.at(entry.first);
        const bool by_head = all.shape.size() == 4;
        CHECK(entry.second.bytes == (by_head ? slices(all, selection.second) : all.bytes));
        if (by_head) CHECK(entry.second.shape[1] == selection.second.size());
      }
    }
  }
}

TEST_CASE("layers that are chosen have the numbers that they have among all") {
  const Shell shell;
  const std::string line = albert + "--ids 5,6,7 --layers ";
  const Tensors all = saved(shell, line + "all");
  const std::size_t count = std::stoul(shell.output(line + "0 --get num_layers"));
  REQUIRE(count > 2);
  for (std::size_t layer = 0; layer < count; ++layer) {
    CAPTURE(layer);
    for (const auto& entry : saved(shell, line + std::to_string(layer))) {
      CHECK(entry.second.bytes == all.at(entry.first).bytes);
    }
  }
}

TEST_CASE("a short name stands for every layer looked at, a full one for one of them") {
  const Shell shell;
  const auto names = [&](const std::string& options) {
    shell.output(bert + "-q --ids 5,6 " + options + "=t.safetensors");
    std::string text;
    for (const auto& entry : test::safetensors(shell.read("t.safetensors"))) text += entry.first + ' ';
    return text;
  };
  CHECK(names("--layers all --save weights") == "layers.0.weights layers.1.weights ");
  CHECK(names("--layers 1 --save weights") == "layers.1.weights ");
  CHECK(names("--layers all --save layers.1.weights") == "layers.1.weights ");
  CHECK(names("--layers all --save layers.1.weights,weights,final") ==
        "final layers.0.weights layers.1.weights ");
  shell.output(bert + "-q --ids 5,6 --layers all --save layers.1.weights=one.npy --save final=two.npy");
  shell.output(bert + "-q --ids 5,6 --layers 1 --save weights=three.npy");
  CHECK(shell.read("one.npy") == shell.read("three.npy"));
  check_error(shell.run(bert + "--ids 5,6 --layers all --save weights=t.npy"), 2,
              "--save weights=t.npy: .npy holds one tensor, but there are 2 of that name; choose one layer");
  check_error(shell.run(bert + "--ids 5,6 --save weights,weights=t.safetensors"), 2, "is named twice");
}

TEST_CASE("sizes of tensors are told and expected by short and by full names") {
  const Shell shell;
  const std::string line = bert + "-q --ids 5,6,7 --layers all ";
  CHECK(shell.output(line +
                     "--get hidden --get layers.1.hidden --get final --get num_layers --get model_type") ==
        "1x3x20\n1x3x20\n1x3x20\n2\nbert\n");
  shell.output(line + "--expect weights=1x2x3x3 --expect layers.1.x=1x3x20 --expect embeddings='1x?x20'");
  check_error(shell.run(line + "--expect layers.0.value=1x2x3x11"), 1,
              "expected layers.0.value = 1x2x3x11, found 1x2x3x10");
  shell.output(line + "--check rows-sum-1,finite");
}

TEST_CASE("a tensor that this run has not is wrong usage, and the message says why") {
  const Shell shell;
  const struct {
    const char *options, *name, *words;
  } refused[] = {
      {"", "layers.1.weights", "layer 1 is not among those looked at; add it to --layers"},
      {"", "layers.2.weights", "there is no layer 2; the last is 1"},
      {"", "final", "is there only with the last layer; add -1 to --layers"},
      {"", "layers.0.wieghts", "(did you mean 'weights'?)"},
      {"", "layers.0.final", "no tensor 'layers.0.final' (did you mean 'final'?)"},
      {"", "layers.0.embeddings", "(did you mean 'embeddings'?)"},
      {"", "layers.00.weights", "'layers.00.weights'"},
      {"", "layers..weights", "'layers..weights'"},
      {"", "layers.0.", "'layers.0.'"},
      {"", "layers.-1.weights", "'layers.-1.weights'"},
      {"", "layers.18446744073709551616.weights", "'layers.18446744073709551616.weights'"},
      {"", "query.weight", "no tensor 'query.weight'"},
      {"--layers 1", "layers.0.weights", "layer 0 is not among those looked at"},
  };
  for (const auto& one : refused) {
    CAPTURE(one.name);
    const std::string line = bert + "--ids 5,6 " + one.options;
    check_error(shell.run(line + " --get " + one.name), 2, one.words);
    check_error(shell.run(line + " --expect " + one.name + "=1"), 2, one.words);
    check_error(shell.run(line + " --save " + one.name + "=t.npy"), 2, one.words);
  }
  CHECK(shell.names().empty());
  check_error(shell.run("mha --ids 5 --get layers.0.weights"), 2,
              "layers are numbered only with --model; say weights");
  check_error(shell.run("mha --ids 5 --get hidden"), 2, "only with --model");
  check_error(shell.run(bert + "--ids 5 --get seed"), 2, "only without --model");
}
