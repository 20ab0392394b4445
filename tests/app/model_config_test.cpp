// Every fault of a checkpoint's config.json: told in a line, at once, before memory is taken.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/checkpoint_copy.h"
#include "support/command.h"

using namespace mha;
using test::check_quick_error;
using test::CheckpointCopy;
using test::Shell;

namespace {

using Words = std::vector<std::string>;

/// A run within little address space, where that can be limited.
const std::string run =
    std::string(test::sanitized ? "" : "ulimit -v 300000; ") + "mha --model model --ids 5,6";

/// One value of a key, and what is said of it.
struct Fault {
  std::string key, value;
  int status;
  std::string words;
};

void check_faults(const char* golden, const std::vector<Fault>& faults) {
  const Shell shell;
  const CheckpointCopy copy(shell, golden);
  const std::string good = shell.read("model/config.json");
  for (const Fault& fault : faults) {
    CAPTURE(fault.key);
    CAPTURE(fault.value);
    copy.configure(good);
    copy.set(fault.key, fault.value);
    check_quick_error(shell.run(run), fault.status, "model/" + fault.words);
  }
}

}  // namespace

TEST_CASE("a size of a configuration that is none is refused with its key, value and rule") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  const std::string good = shell.read("model/config.json");
  for (const std::string& key : Words{"num_attention_heads", "hidden_size", "num_hidden_layers", "vocab_size",
                                      "intermediate_size", "max_position_embeddings", "type_vocab_size"}) {
    for (const std::string& value :
         Words{"0", "-12", "12.5", "2.0", "\"12\"", "true", "1e+99", "18446744073709551615"}) {
      CAPTURE(key);
      CAPTURE(value);
      copy.configure(good);
      copy.set(key, value);
      check_quick_error(shell.run(run), 3,
                        std::string("model/config.json: ") + key + " is " + value +
                            "; it must be a whole number from 1 on");
    }
    copy.set(key, "null");
    check_quick_error(shell.run(run), 3,
                      std::string("model/config.json: ") + key + " is null; it must have a value");
  }
}

TEST_CASE("sizes that do not fit together, or not the weights, are refused by their figures alone") {
  check_faults(
      "bert",
      {
          {"num_attention_heads", "7", 3,
           "config.json: num_attention_heads is 7, which does not divide hidden_size 20 (nearest: 5, 10)"},
          {"num_attention_heads", "1000000", 5,
           "config.json: num_attention_heads is 1000000; more than 65536 is not supported"},
          {"hidden_size", "2147483648", 3,
           "model.safetensors: tensor 'embeddings.word_embeddings.weight' is 41x20, but config.json says "
           "41x2147483648"},
          {"hidden_size", "2147483650", 5,
           "config.json: hidden_size is 2147483650; more than 2147483648 is not supported"},
          {"vocab_size", "1099511627776", 5, "config.json: vocab_size is 1099511627776; more than"},
          {"vocab_size", "40", 3,
           "model.safetensors: tensor 'embeddings.word_embeddings.weight' is 41x20, but config.json says "
           "40x20"},
          {"max_position_embeddings", "2147483648", 3,
           "model.safetensors: tensor 'embeddings.position_embeddings.weight' is 7x20"},
          {"type_vocab_size", "3", 3,
           "model.safetensors: tensor 'embeddings.token_type_embeddings.weight' is 2x20"},
          {"num_hidden_layers", "3", 3,
           "model.safetensors: has the weights of 2 layers, but its config.json says 3"},
          {"num_hidden_layers", "65536", 3,
           "model.safetensors: has the weights of 2 layers, but its config.json says 65536"},
          {"num_hidden_layers", "1000000000", 5,
           "config.json: num_hidden_layers makes 1000000000 layers; more than 65536"},
      });
  check_faults("albert", {
                             {"inner_group_num", "2147483648", 5, "config.json: num_hidden_layers makes "},
                             {"num_hidden_groups", "0", 3, "config.json: num_hidden_groups is 0"},
                             {"embedding_size", "2147483648", 3,
                              "model.safetensors: tensor 'embeddings.word_embeddings.weight' is 41x7"},
                         });
  check_faults(
      "roberta",
      {
          {"pad_token_id", "-1", 3, "config.json: pad_token_id is -1; it must be a whole number from 0 on"},
          {"pad_token_id", "null", 3, "config.json: pad_token_id is null"},
          {"pad_token_id", "6", 3, "config.json: pad_token_id is 6; positions begin behind it"},
          {"pad_token_id", "2147483648", 3,
           "config.json: pad_token_id is 2147483648; positions begin behind it"},
      });
}

TEST_CASE("a size that the configuration leaves out is the one of Transformers, and is told as such") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  copy.remove("num_attention_heads");
  check_quick_error(shell.run(run), 3,
                    "num_attention_heads (by default) is 12, which does not divide hidden_size 20");
  copy.set("num_attention_heads", "2");
  copy.remove("layer_norm_eps");
  copy.remove("type_vocab_size");
  copy.remove("hidden_act");
  CHECK(shell.output(run + " --get head_dim") == "10\n");
}

TEST_CASE("a setting that would change the arithmetic is refused, never computed wrongly") {
  check_faults(
      "bert",
      {
          {"model_type", "\"bort\"", 3,
           "config.json: model_type is 'bort', which is not supported (did you mean 'bert'?); there are: "
           "albert, bert,"},
          {"model_type", "\"rwkv\"", 3,
           "config.json: model_type is 'rwkv', which is not supported; there are: albert"},
          {"model_type", "\"be\\u0000rt\"", 3, "config.json: model_type is 'be\\u0000rt'"},
          {"model_type", "null", 3, "config.json: model_type is missing"},
          {"model_type", "3", 3, "config.json: model_type is 3; it must be a string"},
          {"architectures", "[\"RobertaForMaskedLM\"]", 3,
           "config.json: architectures has 'RobertaForMaskedLM', but model_type is 'bert'; one of them is "
           "wrong"},
          {"position_embedding_type", "\"relative_key\"", 3,
           "config.json: position_embedding_type is \"relative_key\", which is not supported; only "
           "\"absolute\" is"},
          {"position_embedding_type", "\"relative_key_query\"", 3, "config.json: position_embedding_type is"},
          {"position_embedding_type", "\"alibi\"", 3, "config.json: position_embedding_type is"},
          {"position_embedding_type", "1", 3, "config.json: position_embedding_type is 1"},
          {"is_decoder", "true", 3, "config.json: is_decoder is true, which is not supported; only false is"},
          {"is_decoder", "\"no\"", 3, "config.json: is_decoder is \"no\""},
          {"add_cross_attention", "true", 3, "config.json: add_cross_attention is true"},
          {"rope_scaling", "{\"type\": \"linear\", \"factor\": 2.0}", 3,
           "config.json: rope_scaling is an object, which is not supported"},
          {"rope_parameters", "{\"rope_theta\": 1e4}", 3,
           "config.json: rope_parameters is an object, which is not supported"},
          {"quantization_config", "{\"quant_method\": \"gptq\"}", 3,
           "config.json: quantization_config is an object, which is not supported; only weights in floating "
           "point are"},
          {"pruned_heads", "{\"0\": [1]}", 3,
           "config.json: pruned_heads is an object, which is not supported"},
          {"hidden_act", "\"gleu\"", 3,
           "config.json: hidden_act is 'gleu', which is not supported (did you mean 'gelu'?); there are: "
           "gelu, gelu_new"},
          {"hidden_act", "\"\\u001b[31m\"", 3, "config.json: hidden_act is '\\u001b[31m'"},
          {"hidden_act", "null", 3, "config.json: hidden_act is null"},
          {"layer_norm_eps", "0", 3, "config.json: layer_norm_eps is 0; it must be a number above 0"},
          {"layer_norm_eps", "-1e-12", 3,
           "config.json: layer_norm_eps is -1e-12; it must be a number above 0"},
          {"layer_norm_eps", "\"1e-12\"", 3,
           "config.json: layer_norm_eps is \"1e-12\"; it must be a number above 0"},
          {"layer_norm_eps", "1e-400", 3, "config.json: layer_norm_eps is 0.0; it must be a number above 0"},
          {"layer_norm_eps", "1e400", 3, "config.json:2:21: not JSON: a number too large for a double"},
          {"layer_norm_eps", "null", 3, "config.json: layer_norm_eps is null"},
      });
  check_faults("mpnet",
               {{"relative_attention_num_buckets", "64", 3,
                 "config.json: relative_attention_num_buckets is 64, which is not supported; only 32 is"}});
}

TEST_CASE("settings that change nothing are no reason to refuse") {
  const Shell shell;
  const CheckpointCopy copy(shell, "roberta");
  for (const std::string& key :
       Words{"quantization_config", "rope_scaling", "position_embedding_type", "architectures", "head_mask"})
    copy.set(key, "null");
  copy.set("pruned_heads", "{}");
  copy.set("architectures", "[\"XLMRobertaModel\", \"HF_ColBERT\", 3]");
  copy.set("new_key", "{\"a\": [1, null]}");
  CHECK(shell.output(run + " --get model_type") == "roberta\n");
}

TEST_CASE("a configuration that is no JSON object is told with line and column") {
  const Shell shell;
  const CheckpointCopy copy(shell);
  const struct {
    const char *text, *words;
  } faults[] = {
      {"", "config.json:1:1: not JSON: expected a value, found the end"},
      {"{\"model_type\": \"bert\",\n \"a\": 1", "config.json:2:8: not JSON: expected ',' or '}'"},
      {"{\n \"a\": 1,\n \"b\": NaN}", "config.json:3:7: not JSON: 'NaN' is no JSON value"},
      {"{\"a\": 1,}", "config.json:1:8: not JSON: a comma behind the last item"},
      {"{\"a\": 1 // one\n}", "config.json:1:9: not JSON"},
      {"{\"model_type\": \"bert\", \"model_type\": \"bert\"}", "config.json: 'model_type' appears twice"},
      {"[]", "config.json: not a JSON object"},
  };
  for (const auto& fault : faults) {
    CAPTURE(fault.text);
    copy.configure(fault.text);
    check_quick_error(shell.run(run), 3, fault.words);
  }
}
