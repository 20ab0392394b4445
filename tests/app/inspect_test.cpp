// mha inspect: what it counts, which roles it finds, what it says of checkpoints that a run refuses.
#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "support/checkpoint_copy.h"
#include "support/command.h"
#include "support/safetensors.h"
#include "support/stored_tensors.h"
#include "support/words.h"

using namespace mha;
using test::check_error;
using test::check_quick_error;
using test::CheckpointCopy;
using test::holds;
using test::Outcome;
using test::Shell;
using test::TensorToStore;

namespace {

const std::string families = MHA_SOURCE_DIR "/tests/golden/families/";

JsonDocument json_of(const Shell& shell, const std::string& arguments) {
  return {shell.run("mha inspect --format json " + arguments).out, "inspect"};
}

/// Changes the list of tensors of model/model.safetensors.
void edit(const Shell& shell, const std::function<void(std::vector<TensorToStore>&)>& change) {
  std::vector<TensorToStore> tensors;
  for (const auto& [name, tensor] : test::safetensors(shell.read("model/model.safetensors"))) {
    tensors.push_back({name, tensor.dtype, tensor.shape, tensor.bytes});
  }
  change(tensors);
  shell.write("model/model.safetensors", test::safetensors(tensors));
}

TensorToStore& find(std::vector<TensorToStore>& tensors, std::string_view name) {
  for (TensorToStore& tensor : tensors) {
    if (tensor.name == name) return tensor;
  }
  FAIL("no such tensor");
  return tensors.front();
}

/// A file of F32 tensors whose numbers are a hole.
void write_sparse(const Shell& shell, const std::string& name, const std::vector<TensorToStore>& tensors) {
  std::string header = "{";
  std::size_t end = 0;
  for (const TensorToStore& tensor : tensors) {
    const std::size_t begin = end;
    end += 4 * element_count(tensor.shape);
    header +=
        fmt::format(R"({}{}:{{"dtype":"F32","shape":[{}],"data_offsets":[{},{}]}})", begin == 0 ? "" : ",",
                    json_quote(tensor.name), fmt::join(tensor.shape, ","), begin, end);
  }
  const std::string path = shell.write(name, test::raw_safetensors(header + '}'));
  std::filesystem::resize_file(path, std::filesystem::file_size(path) + end);
}

/// A bert of that many layers with one feature each.
std::vector<TensorToStore> narrow_bert(std::size_t layers) {
  std::vector<TensorToStore> tensors;
  for (const char* table : {"word", "position", "token_type"}) {
    tensors.push_back({fmt::format("embeddings.{}_embeddings.weight", table), "F32", {1, 1}, {}});
  }
  for (const char* part : {"weight", "bias"}) {
    const bool matrix = part[0] == 'w';
    tensors.push_back({fmt::format("embeddings.LayerNorm.{}", part), "F32", {1}, {}});
    for (std::size_t layer = 0; layer < layers; ++layer) {
      for (const char* module : {"attention.self.query", "attention.self.key", "attention.self.value",
                                 "attention.output.dense", "intermediate.dense", "output.dense"}) {
        const Shape shape = matrix ? Shape{1, 1} : Shape{1};
        tensors.push_back({fmt::format("encoder.layer.{}.{}.{}", layer, module, part), "F32", shape, {}});
      }
      for (const char* module : {"attention.output.LayerNorm", "output.LayerNorm"}) {
        tensors.push_back({fmt::format("encoder.layer.{}.{}.{}", layer, module, part), "F32", {1}, {}});
      }
    }
  }
  return tensors;
}

}  // namespace

TEST_CASE("parameters and operations are those that PyTorch counts, for every family") {
  const Shell shell;
  const JsonDocument golden(read_file(MHA_SOURCE_DIR "/tests/golden/inspection.json", 1 << 20), "golden");
  std::size_t seen = 0;
  golden.root().find("checkpoints")->each_member([&](std::string_view name, JsonValue expected) {
    CAPTURE(name);
    ++seen;
    const JsonDocument document = json_of(
        shell, fmt::format("{}{} --tokens {}", families, name, *golden.root().find("tokens")->natural()));
    const JsonValue found = document.root();
    CHECK(found.find("parameters")->natural() == expected.find("parameters")->natural());
    CHECK(found.find("run")->find("flops")->natural() == expected.find("flops")->natural());
    CHECK(found.find("refused")->is_null());
    CHECK(found.find("problems")->size() == 0);
    std::uint64_t needed = 0;
    found.find("roles")->each_member([&](std::string_view role, JsonValue tally) {
      if (role != "unused" && role != "tied") needed += *tally.find("parameters")->natural();
    });
    CHECK(needed == expected.find("needed")->natural());
    CHECK(shell.run("mha inspect " + families + std::string(name)).status == 0);
  });
  CHECK(seen >= 20);
}

TEST_CASE("every form of a model is looked into, and MHA_MODEL") {
  const Shell shell;
  const CheckpointCopy copy(shell), sharded(shell, "bert_sharded", "sharded");
  shell.output(
      "r=hub/models--org--tiny; mkdir -p $r/refs $r/snapshots; printf abc > $r/refs/main; cp -r model "
      "$r/snapshots/abc");
  const auto parameters = [&](const std::string& model) {
    return shell.output("export HF_HUB_CACHE=$PWD/hub; mha inspect " + model +
                        " --format json | jq .parameters");
  };
  for (const char* model : {"model", "model/model.safetensors", "--model model", "org/tiny", "tiny",
                            "org/tiny@main", "tiny --revision main"}) {
    CAPTURE(model);
    CHECK(parameters(model) == "6824\n");
  }
  CHECK(parameters("sharded/model.safetensors.index.json") == "3198\n");
  CHECK(shell.output("MHA_MODEL=model mha inspect --format json | jq .parameters") == "6824\n");
  check_quick_error(shell.run("mha inspect"), 2, "inspect needs a model");
  check_quick_error(shell.run("mha inspect model --model sharded"), 2, "two models are given");
  check_quick_error(shell.run("mha inspect model sharded"), 2, "unexpected argument 'sharded'");
  check_quick_error(shell.run("mha inspect org/none"), 4, "hf download org/none");
}

TEST_CASE("a checkpoint that a run refuses is shown, with what is wrong, and status 1") {
  struct Fault {
    std::function<void(const Shell&, const CheckpointCopy&)> make;
    const char *shown, *problem;
  };
  const std::string query = "encoder.layer.1.attention.self.query.weight";
  const Fault faults[] = {
      {[&](const Shell& shell, const CheckpointCopy&) {
         edit(shell, [&](auto& tensors) { find(tensors, query).name = "elsewhere"; });
       },
       "missing     layers.1.query.weight: encoder.layer.1.attention.self.query.weight 20x20\n", "missing"},
      {[&](const Shell& shell, const CheckpointCopy&) {
         edit(shell, [&](auto& tensors) { find(tensors, query).shape = {10, 40}; });
       },
       "misshapen   layers.1.query.weight: encoder.layer.1.attention.self.query.weight is 10x40, but "
       "config.json says 20x20\n",
       "misshapen"},
      {[&](const Shell& shell, const CheckpointCopy&) {
         edit(shell, [&](auto& tensors) {
           find(tensors, query).dtype = "I8";
           find(tensors, query).bytes.resize(400);
         });
       },
       "dtype       layers.1.query.weight: encoder.layer.1.attention.self.query.weight is I8; only F32, F64, "
       "F16 "
       "and BF16 can be computed with\n",
       "dtype"},
      {[&](const Shell& shell, const CheckpointCopy&) {
         edit(shell, [&](auto& tensors) {
           tensors.push_back(find(tensors, query));
           tensors.back().name = "bert." + query;
         });
       },
       "twice       layers.1.query.weight: encoder.layer.1.attention.self.query.weight and "
       "bert.encoder.layer.1.attention.self.query.weight\n",
       "twice"},
      {[](const Shell&, const CheckpointCopy& copy) { copy.set("num_hidden_layers", "4"); },
       "missing     layers.2-3: no tensor of theirs\n", nullptr},
      {[](const Shell&, const CheckpointCopy& copy) { copy.set("vocab_size", "42"); },
       "misshapen   embeddings.word.weight: embeddings.word_embeddings.weight is 41x20, but config.json says "
       "42x20\n",
       "misshapen"},
      {[](const Shell&, const CheckpointCopy& copy) {
         copy.set("position_embedding_type", R"("relative_key")");
       },
       "refused     model/config.json: position_embedding_type is \"relative_key\"", nullptr},
      {[](const Shell&, const CheckpointCopy& copy) { copy.set("hidden_act", R"("gelu_fast")"); },
       "refused     model/config.json: hidden_act is 'gelu_fast', which is not supported", nullptr},
      {[](const Shell&, const CheckpointCopy& copy) { copy.set("model_type", R"("rwkv")"); },
       "refused     model/config.json: model_type is 'rwkv', which is not supported", nullptr},
      {[](const Shell&, const CheckpointCopy& copy) { copy.remove("model_type"); },
       "refused     model/config.json: model_type is missing", nullptr},
      {[](const Shell&, const CheckpointCopy& copy) { copy.set("num_attention_heads", "3"); },
       "refused     model/config.json: num_attention_heads is 3, which does not divide", nullptr},
      {[](const Shell&, const CheckpointCopy& copy) { copy.configure("{"); }, "not JSON", nullptr},
      {[](const Shell& shell, const CheckpointCopy&) {
         edit(shell, [](auto& tensors) {
           tensors.push_back({"encoder.layer.0.attention.self.distance_embedding.weight", "F32", {0}, ""});
         });
       },
       "refused     model/model.safetensors: has relative positions", nullptr},
  };
  for (const Fault& fault : faults) {
    CAPTURE(fault.shown);
    const Shell shell;
    const CheckpointCopy copy(shell);
    fault.make(shell, copy);
    const Outcome outcome = shell.run("mha inspect model");
    CAPTURE(outcome.out);
    CHECK(outcome.status == 1);
    CHECK(holds(outcome.out, fault.shown));
    CHECK(outcome.err.starts_with("mha: model"));
    CHECK(outcome.err.find('\n') == outcome.err.size() - 1);
    // A run that needs all of the model refuses it too.
    CHECK(shell.run("mha --model model --ids 5,6 --layers all -q --save final=f.npy").status == 3);
    const JsonDocument document = json_of(shell, "model");
    const auto problems = document.root().find("problems")->items();
    CHECK(problems.size() == (fault.problem == nullptr ? 0 : 1));
    if (fault.problem != nullptr) CHECK(problems[0].find("problem")->string() == fault.problem);
    CHECK(shell.run("mha inspect model -q").err.empty());
    CHECK(shell.run("mha inspect model -q").status == 1);
    CHECK(shell.run("mha inspect model --tensor pooler.dense.bias").status == 0);
  }
}

TEST_CASE("without config.json the tensors are told, and no roles") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  shell.output("rm model/config.json");
  const Outcome outcome = shell.run("mha inspect model");
  CHECK(outcome.status == 0);
  CHECK(outcome.err == "mha: note: model: config.json is not there, so roles are not known\n");
  CHECK(holds(outcome.out, "parameters              6824\n"));
  CHECK(holds(outcome.out, "unknown                       39          6824           27296\n"));
  CHECK_FALSE(holds(outcome.out, "unused"));
  const JsonDocument document = json_of(shell, "model");
  CHECK(document.root().find("model_type")->is_null());
  CHECK(document.root().find("sizes")->is_null());
  CHECK(document.root().find("run")->is_null());
}

TEST_CASE("a head that is tied to the word embeddings is counted once, unless the configuration unties it") {
  const Shell shell;
  const CheckpointCopy copy(shell, "bert_masked_lm");
  const std::string once = shell.output("mha inspect model --format json | jq .parameters");
  CHECK(once == "3263\n");
  edit(shell, [](auto& tensors) {
    TensorToStore decoder = find(tensors, "bert.embeddings.word_embeddings.weight");
    TensorToStore bias = find(tensors, "cls.predictions.bias");
    decoder.name = "cls.predictions.decoder.weight", bias.name = "cls.predictions.decoder.bias";
    tensors.push_back(decoder);
    tensors.push_back(bias);
  });
  CHECK(shell.output("mha inspect model --format json | jq .parameters") == once);
  CHECK(shell.output("mha inspect model --format json | jq -c .tied") ==
        "[\"cls.predictions.decoder.bias\",\"cls.predictions.decoder.weight\"]\n");
  copy.set("tie_word_embeddings", "false");
  CHECK(shell.output("mha inspect model --format json | jq -c '.parameters, .tied'") ==
        fmt::format("{}\n[]\n", 3263 + 41 * 12 + 41));
}

TEST_CASE("buffers of integers are no parameters, and dtypes that are not computed with are listed") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  edit(shell, [](auto& tensors) {
    tensors.push_back({"embeddings.position_ids", "I64", {1, 7}, std::string(56, '\1')});
    tensors.push_back({"scales", "F8_E4M3", {2, 2}, "abcd"});
    tensors.push_back({"quantised", "I8", {3}, "abc"});
  });
  CHECK(shell.output("mha inspect model --format json | jq -c '.parameters, .dtypes'") ==
        R"(6828
{"F32":{"tensors":39,"parameters":6824,"bytes":27296},"I8":{"tensors":1,"parameters":0,"bytes":3},)"
        R"("I64":{"tensors":1,"parameters":0,"bytes":56},"F8_E4M3":{"tensors":1,"parameters":4,"bytes":4}})"
        "\n");
  const std::string list = shell.output("mha inspect model --tensors");
  CHECK(holds(list, "\nscales "));
  CHECK(holds(list, "F8_E4M3"));
  CHECK(
      shell.output("mha inspect model --tensor quantised --stats --format json | jq -c '.tensors[0].stats | "
                   "[.min, .mean, .max]'") == "[97,98,99]\n");
  CHECK(
      shell.run("mha inspect model --tensor '[qs]*' --stats").err ==
      "mha: note: 1 of 2 tensors have no statistics, the first of dtype F8_E4M3: its numbers are not read\n");
  CHECK(shell.output("mha inspect model --tensor scales -q --stats --format json | jq -c .tensors[0].stats")
            .empty());
  CHECK(shell.run("mha inspect model --tensor scales --stats --format json | jq -c .tensors[0].stats").out ==
        "null\n");
}

TEST_CASE("tensors are listed with shape, dtype, file and role, and chosen by name or pattern") {
  const Shell shell;
  const CheckpointCopy copy(shell, "albert"), old(shell, "bert_old_names", "old");
  CHECK(holds(shell.output("mha inspect model --tensors | sed 's/  */ /g'"),
              "encoder.albert_layer_groups.0.albert_layers.1.attention.query.weight 12x12 F32 "
              "model.safetensors layers.1,3.query.weight\n"));
  CHECK(shell.output("mha inspect model --format json --tensors | jq '.tensors | length'") ==
        shell.output("mha inspect model --tensors | tail -n +2 | wc -l"));
  // The name that the model calls it by finds it under a prefix and its old spelling.
  CHECK(
      holds(shell.output("mha inspect old --tensor embeddings.LayerNorm.weight"),
            "\nbert.embeddings.LayerNorm.gamma  12     F32    model.safetensors  embeddings.norm.weight\n"));
  CHECK(shell.output("mha inspect old --tensor '*LayerNorm.gamma' --format json | jq '.tensors | length'") ==
        "6\n");
  check_error(shell.run("mha inspect model --tensor encoder.albert_layer"), 2, "--tensors lists all");
  check_error(shell.run("mha inspect old --tensor bert.embeddings.LayerNorm.gama"), 2,
              "nearest are 'bert.embeddings.LayerNorm.gamma'");
  check_error(shell.run("mha inspect model --stats"), 2, "--tensor NAME");
  check_error(shell.run("mha inspect model --tensors --tensor x"), 2, "one of them");
}

TEST_CASE("statistics find the first number that is not finite") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  const std::string name = "embeddings.word_embeddings.weight";
  copy.change([&](std::string_view tensor) { return tensor == name; },
              [](std::vector<float>& numbers) {
                numbers.assign(numbers.size(), 2);
                numbers[20 * 3 + 7] = std::numeric_limits<float>::quiet_NaN();
                numbers[20 * 9] = std::numeric_limits<float>::infinity();
                numbers[0] = 0;
              });
  CHECK(shell.output("mha inspect model --stats --format json --tensor " + name +
                     " | jq -c '.tensors[0].stats | [.count,.min,.max,.zeros,.nan,.inf,.first_bad]'") ==
        "[820,0,2,1,1,1,[3,7]]\n");
  CHECK(holds(shell.output("mha inspect model --stats --tensor " + name), "1    1    [3, 7]\n"));
}

TEST_CASE("names from outside reach no terminal, and any of them is sound JSON") {
  const Shell shell;
  const std::string evil = "a\n\x1b[2J\u202e\"\\\x7f", longest(100'000, 'n');
  shell.write("x.safetensors", test::safetensors({{evil, "F32", {1}, "abcd"}, {longest, "F32", {0}, ""}}));
  shell.write("config.json", R"({"model_type": "\u001b[31mbert"})");
  const Outcome text = shell.run("mha inspect x.safetensors; mha inspect x.safetensors --tensors");
  CHECK_FALSE(holds(text.out + text.err, "\x1b"));
  CHECK_FALSE(holds(text.out + text.err, "\u202e"));
  CHECK(holds(text.out, "a\\u000a\\u001b[2J\\u202e"));
  CHECK(text.out.size() < 500'000);
  const JsonDocument document = json_of(shell, "x.safetensors --tensors");
  CHECK(document.root().find("tensors")->items()[0].find("name")->string() == evil);
}

TEST_CASE("files that are not sound are refused with what is wrong and what to do") {
  const Shell shell;
  const CheckpointCopy copy(shell), sharded(shell, "bert_sharded", "sharded");
  shell.output("cp model/model.safetensors whole");
  check_quick_error(shell.run("head -c 9000 whole > model/model.safetensors; mha inspect model"), 3,
                    "truncated: 9,000 of 31,232 bytes (28 %); download it again");
  shell.output("printf 'version https://git-lfs.github.com/spec/v1\\n' > model/model.safetensors");
  check_quick_error(shell.run("mha inspect model"), 3,
                    "a Git LFS pointer, not the weights; run: git lfs pull");
  shell.output("rm model/model.safetensors");
  check_quick_error(shell.run("mha inspect model"), 4, "model.safetensors is not there");
  check_quick_error(shell.run("rm sharded/*00003-of*; mha inspect sharded"), 3,
                    "1 of the 3 files it lists are missing: model-00003-of-00003.safetensors");
  check_quick_error(
      shell.run("cp sharded/*00002-of* sharded/model-00003-of-00003.safetensors; mha inspect sharded"), 3,
      "is not in it, though");
  check_quick_error(shell.run("mkdir empty; mha inspect empty"), 4, "model.safetensors is not there");
  check_quick_error(shell.run("mha inspect whole > /dev/full"), 4, "standard output");
}

TEST_CASE("a hundred gigabytes cost what their header costs, and so do a hundred thousand tensors") {
  const Shell shell;
  const std::string limited = test::sanitized ? "" : "ulimit -v 130000000; ";
  write_sparse(shell, "large.safetensors", {{"a", "F32", {200'000, 125'000}, {}}});
  const Outcome large = shell.run(limited + "mha inspect large.safetensors");
  CHECK(large.status == 0);
  CHECK(holds(large.out, "bytes                   100000000000 (100.0 GB)\n"));
  CHECK(large.seconds < test::quick_seconds);
  CHECK(large.peak_kilobytes < test::few_kilobytes / 4);

  shell.output("mkdir many");
  write_sparse(shell, "many/model.safetensors", narrow_bert(6250));
  shell.write("many/config.json",
              R"({"model_type": "bert", "num_hidden_layers": 6250, "hidden_size": 1, "vocab_size": 1,
                  "num_attention_heads": 1, "intermediate_size": 1, "max_position_embeddings": 1,
                  "type_vocab_size": 1})");
  const Outcome many = shell.run("mha inspect many");
  CHECK(many.status == 0);
  CHECK(holds(many.out, "tensors                 100005\n"));
  CHECK(many.seconds < test::quick_seconds);
  CHECK(many.peak_kilobytes < test::few_kilobytes);
  const Outcome deep = shell.run("sed -i s/6250/65536/ many/config.json; mha inspect many -q");
  CHECK(deep.status == 1);
  CHECK(deep.seconds < test::quick_seconds);
  CHECK(deep.peak_kilobytes < (test::sanitized ? 4 : 1) * test::few_kilobytes);  // they keep what is freed
}

TEST_CASE("the cost of a run is what mha bench counts, and grows with tokens") {
  const Shell shell;
  const std::string model = families + "bert";
  const auto flops = shell.output("mha inspect " + model + " --tokens 7 --format json | jq .run.flops");
  CHECK(shell.output("mha bench --what encoder --tokens 7 --threads 1 --seconds 0.01 --format json --model " +
                     model + " | jq -c '.gflops * .ms * 1e6 | (. - " + flops.substr(0, flops.size() - 1) +
                     ") / . | fabs < 1e-4'") == "true\n");
  check_quick_error(shell.run("mha inspect " + model + " --tokens 2147483648"), 5, "");
  check_quick_error(shell.run("mha inspect " + model + " --tokens 0"), 2, "--tokens");
  CHECK(holds(shell.output("mha inspect " + model + " --tokens 8"), "positions for 7 tokens only"));
  CHECK_FALSE(holds(shell.output("mha inspect " + model + " --tokens 7"), "positions for"));
}
