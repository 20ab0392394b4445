// --model: where it may be, what it goes with, and what it must not overwrite.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "support/checkpoint_copy.h"
#include "support/command.h"
#include "support/stored_tensors.h"

using namespace mha;
using test::check_error;
using test::CheckpointCopy;
using test::Shell;

namespace {

using Words = std::vector<std::string>;

const std::string numbers = "-q --ids 5,6,7 --layers all --save ";

/// A cache of the hub with a repository of two revisions; HF_HUB_CACHE=hub names it.
void make_cache(const Shell& shell) {
  const CheckpointCopy copy(shell);
  shell.output(
      "repo=hub/models--org--tiny && mkdir -p $repo/refs $repo/blobs $repo/snapshots/c0ffee "
      "$repo/snapshots/decade && "
      "for f in config.json vocab.txt model.safetensors; do cp model/$f $repo/blobs/of-$f && "
      "ln -s ../../blobs/of-$f $repo/snapshots/c0ffee/$f && ln -s ../../blobs/of-$f "
      "$repo/snapshots/decade/$f; done && "
      "printf c0ffee > $repo/refs/main && printf decade > $repo/refs/v1 && rm "
      "$repo/snapshots/decade/vocab.txt");
}

}  // namespace

TEST_CASE("a folder, its weights, its index and a name in the cache are the same model") {
  const Shell shell;
  make_cache(shell);
  const CheckpointCopy sharded(shell, "bert_sharded", "shards");
  shell.output("mha --model model " + numbers + "all.safetensors");
  for (const std::string& name : Words{"model/", "./model", "model/model.safetensors", "org/tiny", "tiny",
                                       "org/tiny@main", "hf://org/tiny", "org/tiny@c0ffee",
                                       "tiny --revision v1", "$PWD/hub/models--org--tiny/snapshots/decade"}) {
    CAPTURE(name);
    shell.output(std::string("HF_HUB_CACHE=hub mha --model ") + name + ' ' + numbers + "other.safetensors");
    CHECK(shell.read("other.safetensors") == shell.read("all.safetensors"));
  }
  shell.output("mha -m shards " + numbers + "one.safetensors");
  shell.output("cd shards && mha -m=model.safetensors.index.json " + numbers + "../two.safetensors");
  CHECK(shell.read("one.safetensors") == shell.read("two.safetensors"));
}

TEST_CASE("MHA_MODEL names the model where neither --model nor sizes are given") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  const std::string set = "MHA_MODEL=model mha --ids 5 --get embed_dim ";
  CHECK(shell.output(set) == "20\n");
  CHECK(shell.output(set + "--model " MHA_SOURCE_DIR "/tests/golden/families/electra") == "18\n");
  CHECK(shell.output(set + "--config bert-tiny-uncased") == "128\n");
  CHECK(shell.output(set + "--seed 1") == "768\n");
  CHECK(shell.output("MHA_MODEL= mha --ids 5 --get embed_dim") == "768\n");
  CHECK(shell.output("MHA_MODEL=model mha tokenize --text 'a b'") == "2 5 6 3\t[CLS] a b [SEP]\n");
  check_error(shell.run("HF_HUB_CACHE=hub MHA_MODEL=nowhere mha --ids 5"), 4, "hf download ORG/nowhere");
  check_error(shell.run("MHA_MODEL=model mha --ids 5 --context a"), 2, "--context goes with random weights");
}

TEST_CASE("what a checkpoint decides is not given beside it") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  for (const std::string& option :
       Words{"--config bert-base-uncased", "--hidden-size 20", "--num-heads 2", "--num-kv-heads 1",
             "--head-dim 10", "--vocab-size 41", "--seed 1"}) {
    CAPTURE(option);
    const std::string text(option);
    check_error(shell.run("mha --model model --ids 5 " + text), 2,
                "--model has its own sizes and weights; " + text.substr(0, text.find(' ')) +
                    " goes with random weights");
  }
  check_error(shell.run("mha --model model --text a --context b"), 2, "--context goes with random weights");
  check_error(shell.run("mha --model model --ids 5 --revision main"), 2,
              "--revision is for repositories of the hub");
  check_error(shell.run("mha --ids 5 --revision main"), 2, "--revision goes with --model");
}

TEST_CASE("a model that is not there is told with where it was sought and how to get it") {
  const Shell shell;
  make_cache(shell);
  const std::string line = "HF_HUB_CACHE=hub mha --ids 5 --model ";
  check_error(shell.run(line + "org/tinny"), 4,
              "not in the cache hub (did you mean 'org/tiny'?); to get it: hf download org/tinny");
  check_error(shell.run(line + "tiny@v2"), 4,
              "revision v2 is not in the cache hub, which has main, v1; to get it: hf download org/tiny "
              "--revision v2");
  check_error(shell.run(line + "./nowhere"), 4, "model ./nowhere: cannot be read: No such file");
  check_error(shell.run(line + "''"), 2, "a path or name is needed");
  check_error(shell.run(line), 2, "--model needs a value");
  check_error(shell.run("mha -m"), 2, "-m needs a value");
  check_error(shell.run("mha -m --ids 5"), 2, "-m needs a value, but the option --ids follows");
  check_error(shell.run(line + "'a b'"), 2, "neither a file or folder nor a name");
  check_error(shell.run(line + "model/config.json"), 3, "give the folder it is in");
  check_error(shell.run(line + "model/vocab.txt"), 3, "not a safetensors file");
}

TEST_CASE("the folder of a model gives tokenize its tokens, weights or not") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  const std::string tokens = "2 5 6 3\t[CLS] a b [SEP]\n";
  CHECK(shell.output("mha tokenize --model model/model.safetensors --text 'a b'") == tokens);
  shell.output("rm model/model.safetensors model/config.json");
  CHECK(shell.output("mha tokenize --model model --text 'a b'") == tokens);
  CHECK(shell.output("mha tokenize -m model --text 'a b' --no-special-tokens") == "5 6\ta b\n");
  CHECK(shell.output("mha tokenize -m model --text a --tokenizer bert-base-uncased") ==
        "101 1037 102\t[CLS] a [SEP]\n");
  check_error(shell.run("mha tokenize --model model --text a --layers 0"), 2, "unknown option --layers");
}

TEST_CASE("no file of the model is overwritten, by whatever name it goes") {
  const Shell shell;
  make_cache(shell);
  const std::string before = shell.read("model/model.safetensors");
  shell.output(
      "ln -s model/model.safetensors link.safetensors; ln model/model.safetensors hard.safetensors; "
      "ln -s model folder; cp model/model.safetensors model/other.safetensors");
  for (const std::string& file :
       Words{"model/model.safetensors", "link.safetensors", "hard.safetensors", "folder/model.safetensors",
             "./model/../model/model.safetensors", "model/other.safetensors"}) {
    for (const std::string& name : Words{"model", "folder", "model/model.safetensors"}) {
      CAPTURE(file);
      CAPTURE(name);
      check_error(shell.run(std::string("mha --ids 5 --model ") + name + " --save " + file), 2,
                  "would overwrite a file of the model; save to another file");
    }
  }
  shell.output("cp model/config.json .");
  check_error(shell.run("mha --ids 5 --model link.safetensors --save model/model.safetensors"), 2,
              "would overwrite");
  CHECK(shell.read("model/model.safetensors") == before);
  const std::string blob = "weights=hub/models--org--tiny/snapshots/c0ffee/model.safetensors";
  check_error(shell.run("HF_HUB_CACHE=hub mha --ids 5 --model org/tiny --save " + blob), 2,
              "would overwrite");
  shell.output("mha -q --ids 5 --model model --save model/new.safetensors");
  CHECK(test::safetensors(shell.read("model/new.safetensors")).contains("layers.0.weights"));
}

TEST_CASE("results of a checkpoint meet full, closed and left streams as all others do") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  const std::string line = "mha --model model --ids 5,6 --layers all ";
  check_error(shell.run(line + "> /dev/full"), 4,
              "standard output: cannot be written: No space left on device");
  check_error(shell.run(line + "--save - > /dev/full"), 4, "No space left on device");
  check_error(shell.run(line + "-q --save /dev/full"), 4,
              "/dev/full: cannot be written: No space left on device");
  check_error(shell.run(line + ">&-"), 4, "standard output: cannot be written");
  CHECK(shell.run(line + "2>&-").status == 0);
  const auto left = shell.run("{ " + line + "--save -; } | head -c 1 > /dev/null");
  CHECK(left.err.empty());
  CHECK(shell.output(line + "| head -n 1") == "embed_dim           20\n");
  CHECK(shell.names() == std::set<std::string>{"model"});
}
