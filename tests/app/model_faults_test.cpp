// Files of a checkpoint that are missing, of another kind or of another model.
#include <doctest/doctest.h>

#include <string>

#include "support/checkpoint_copy.h"
#include "support/command.h"

using namespace mha;
using test::check_quick_error;
using test::CheckpointCopy;
using test::Shell;

namespace {

/// A run within little address space, where that can be limited.
const std::string run =
    std::string(test::sanitized ? "" : "ulimit -v 300000; ") + "mha --model model --ids 5,6 ";

}  // namespace

TEST_CASE("a feed-forward network of another size is refused where it is needed, and only there") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  copy.set("intermediate_size", "2147483648");
  CHECK(shell.output(run + "--get weights --save weights=w.npy") == "1x2x2x2\n");
  check_quick_error(shell.run(run + "--save hidden=h.npy"), 5, "this run needs");
  copy.set("intermediate_size", "23");
  check_quick_error(
      shell.run(run + "--save hidden=h.npy"), 3,
      "tensor 'encoder.layer.0.intermediate.dense.weight' is 22x20, but config.json says 23x20");
  CHECK_FALSE(shell.names().contains("h.npy"));
}

TEST_CASE(
    "a configuration or weights that cannot be read are told with path and reason, and not waited for") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  const auto replace = [&](const char* name, const char* how) {
    shell.output(std::string("rm -r model/") + name + "; cd model; " + how);
  };
  replace("config.json", "true");
  check_quick_error(shell.run(run), 4, "model: config.json is not there");
  replace("vocab.txt", "mkdir config.json");
  check_quick_error(shell.run(run), 4, "model/config.json: cannot be read: Is a directory");
  replace("config.json", "mkfifo config.json");
  check_quick_error(shell.run(run), 3, "model/config.json: not a regular file");
  replace("config.json", "ln -s /dev/zero config.json");
  check_quick_error(shell.run(run), 3, "model/config.json: not a regular file");
  replace("config.json", "ln -s config.json config.json");
  check_quick_error(shell.run(run), 4, "model/config.json: cannot be read: Too many levels");
  replace("config.json",
          "printf '{\"model_type\": \"bert\"}' > config.json; mv model.safetensors other; mkfifo "
          "model.safetensors");
  check_quick_error(shell.run(run), 4, "model: model.safetensors is not there");
  replace("model.safetensors", "head -c 9000 other > model.safetensors");
  check_quick_error(shell.run(run), 3,
                    "model/model.safetensors: truncated: 9,000 of 31,232 bytes (28 %); download it again");
  replace("model.safetensors", "printf 'version https://git-lfs.github.com/spec/v1\\n' > model.safetensors");
  check_quick_error(shell.run(run), 3,
                    "model/model.safetensors: a Git LFS pointer, not the weights; run: git lfs pull");
  replace("model.safetensors", "touch pytorch_model.bin");
  check_quick_error(
      shell.run(run), 3,
      "model/pytorch_model.bin: weights are read from safetensors files, and this is none; convert it");
}

TEST_CASE("a tensor that is missing is told with those that are near, of an index with the files that lack") {
  const Shell shell;
  const CheckpointCopy copy(shell, "bert_sharded");
  const std::string index = shell.read("model/model.safetensors.index.json");
  shell.output("sed -i s/word_embeddings/wort_embeddings/ model/model.safetensors.index.json");
  check_quick_error(shell.run(run), 3,
                    "no tensor 'embeddings.word_embeddings.weight', nor with bert. before it; nearest are ");
  shell.write("model/model.safetensors.index.json", index);
  shell.output("rm model/model-00003-of-00003.safetensors");
  check_quick_error(shell.run(run), 3,
                    "1 of the 3 files it lists are missing: model-00003-of-00003.safetensors; download them");
  shell.output("cp model/model-00002-of-00003.safetensors model/model-00003-of-00003.safetensors");
  check_quick_error(shell.run(run + "--layers all --save final=f.npy"), 3,
                    "is not in it, though model/model.safetensors.index.json says so; download both again");
}
