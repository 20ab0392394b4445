// The catalogue of families, and how a config.json is read by it.
#include "model/families.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "base/error.h"
#include "support/folder.h"

using namespace mha;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A config.json of this content.
ConfigFile config_of(const test::Folder& folder, const std::string& json) {
  folder.write("config.json", json);
  return ConfigFile(folder.path("config.json"));
}

Config read(const test::Folder& folder, const std::string& json) {
  const ConfigFile file = config_of(folder, json);
  return read_description(find_family(file), file).config;
}

void check_refused(const std::string& json, const std::string& words) {
  const test::Folder folder;
  CAPTURE(json);
  try {
    read(folder, json);
    FAIL("not refused");
  } catch (const Error& error) {
    CHECK(error.status() == Status::data);
    CAPTURE(error.what());
    CHECK(std::string(error.what()).find(words) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("every family has a name of its own, a golden checkpoint and a line in the README") {
  const std::string readme = content_of(MHA_SOURCE_DIR "/README.md");
  std::set<std::string_view> names;
  for (const Family* family : all_families) {
    CAPTURE(family->model_type);
    CHECK(names.insert(family->model_type).second);
    CHECK((family->prefix.empty() || family->prefix.ends_with('.')));
    CHECK(readme.find('`' + std::string(family->model_type) + '`') != std::string::npos);
    std::string folder(family->model_type);
    for (char& c : folder) c = c == '-' ? '_' : c;
    const std::string golden = MHA_SOURCE_DIR "/tests/golden/";
    const bool whole = std::filesystem::exists(golden + "families/" + folder);
    const ConfigFile file(golden + (whole ? "families/" : "experts/") + folder + "/config.json");
    CHECK(&find_family(file) == family);
    CHECK(read_description(*family, file).config.num_layers >= 1);
  }
}

TEST_CASE("keys that are absent are taken for what Transformers takes them for") {
  const test::Folder folder;
  const Config bert = read(folder, R"({"model_type": "bert"})");
  CHECK(bert.hidden_size == 768);
  CHECK(bert.num_layers == 12);
  CHECK(bert.intermediate_size == 3072);
  CHECK(bert.type_vocab_size == 2);
  CHECK(bert.layer_norm_eps == 1e-12);
  CHECK(bert.head_dim == 64);
  const Config electra = read(folder, R"({"model_type": "electra"})");
  CHECK(electra.hidden_size == 256);
  CHECK(electra.embedding_size == 128);
  CHECK(electra.num_attention_heads == 4);
  const Config albert = read(folder, R"({"model_type": "albert", "inner_group_num": 2})");
  CHECK(albert.num_layers == 24);
  CHECK(albert.hidden_act == Activation::gelu_tanh);
  const Config distilbert = read(folder, R"({"model_type": "distilbert", "dim": 12, "n_heads": 3})");
  CHECK(distilbert.head_dim == 4);
  CHECK(distilbert.num_layers == 6);
  CHECK(distilbert.type_vocab_size == 0);
  CHECK(read(folder, R"({"model_type": "roberta"})").pad_token_id == 1);
  CHECK(read(folder, R"({"model_type": "bert", "pad_token_id": -1})").hidden_size == 768);
}

TEST_CASE("decoders and modern encoders have the defaults of their configuration classes") {
  const test::Folder folder;
  const Config qwen3 = read(
      folder,
      R"({"model_type": "qwen3", "hidden_size": 1024, "num_attention_heads": 16, "num_key_value_heads": 8})");
  CHECK(qwen3.head_dim == 128);
  CHECK(qwen3.causal);
  CHECK_FALSE(qwen3.has_windows());
  CHECK(qwen3.attention_of(0).rotary->theta == 10000);
  const Config llama =
      read(folder, R"({"model_type": "llama", "num_key_value_heads": null, "head_dim": null})");
  CHECK(llama.num_key_value_heads == 32);
  CHECK(llama.head_dim == 128);
  const Config mistral = read(folder, R"({"model_type": "mistral"})");
  CHECK(mistral.num_key_value_heads == 8);
  CHECK(mistral.attention_of(31).window == 4096);
  CHECK_FALSE(read(folder, R"({"model_type": "mistral", "sliding_window": null})").has_windows());
  const Config gemma2 = read(folder, R"({"model_type": "gemma2"})");
  CHECK(gemma2.softcap == 50);
  CHECK(gemma2.scale == 1.0 / 16);
  CHECK(gemma2.attention_of(0).window == 4096);
  CHECK_FALSE(gemma2.attention_of(1).window);
  const Config gemma3 = read(folder, R"({"model_type": "gemma3_text"})");
  CHECK(gemma3.attention_of(4).rotary->theta == 10000);
  CHECK(gemma3.attention_of(5).rotary->theta == 1e6);
  CHECK_FALSE(gemma3.attention_of(5).window);
  const Config modernbert = read(folder, R"({"model_type": "modernbert"})");
  CHECK_FALSE(modernbert.attention_of(0).window);
  CHECK(modernbert.attention_of(1).window == 64);
  CHECK(modernbert.attention_of(0).rotary->theta == 160000);
  CHECK_FALSE(modernbert.causal);
  const Config gpt2 = read(folder, R"({"model_type": "gpt2", "n_embd": 12, "n_head": 3})");
  CHECK(gpt2.intermediate_size == 48);
  CHECK(gpt2.max_position_embeddings == 1024);
  CHECK(read(folder, R"({"model_type": "mt5"})").gated_feed_forward);
  CHECK_FALSE(read(folder, R"({"model_type": "t5"})").gated_feed_forward);
  CHECK(read(folder, R"({"model_type": "deberta-v2"})").type_vocab_size == 0);
  CHECK_FALSE(read(folder, R"({"model_type": "llama", "is_causal": false})").causal);
}

TEST_CASE("of a model for images too, the part for text is read") {
  const test::Folder folder;
  const ConfigFile file = config_of(
      folder, R"({"model_type": "llava", "text_config": {"model_type": "llama", "num_hidden_layers": 3}})");
  const ConfigFile text = text_config(file);
  CHECK(find_family(text).model_type == "llama");
  CHECK(read_description(find_family(text), text).config.num_layers == 3);
  CHECK(text.label("model_type").ends_with("config.json: text_config.model_type"));
}

TEST_CASE("what would change the arithmetic, or contradicts itself, is refused by its key") {
  check_refused("{}", "model_type is missing");
  check_refused(R"({"model_type": "brt"})", "(did you mean 'bert'?); there are: albert, bert");
  check_refused(R"({"model_type": "rwkv"})", "there are: albert, bert");
  check_refused(R"({"model_type": 1})", "model_type is 1; it must be a string");
  check_refused(R"({"model_type": "bert", "position_embedding_type": "relative_key"})",
                R"(position_embedding_type is "relative_key", which is not supported; only "absolute" is)");
  check_refused(R"({"model_type": "bert", "is_decoder": true})", "is_decoder is true");
  check_refused(R"({"model_type": "bert", "pruned_heads": {"0": [1]}})", "pruned_heads is an object");
  check_refused(R"({"model_type": "bert", "quantization_config": {}})", "quantization_config");
  check_refused(R"({"model_type": "bert", "hidden_act": "gellu"})", "(did you mean 'gelu'?)");
  check_refused(R"({"model_type": "bert", "num_attention_heads": 7})", "does not divide hidden_size 768");
  check_refused(R"({"model_type": "bert", "layer_norm_eps": 0})", "it must be a number above 0");
  check_refused(R"({"model_type": "bert", "layer_norm_eps": "1e-12"})", "it must be a number above 0");
  check_refused(R"({"model_type": "distilbert", "dim": 12, "hidden_size": 24})", "both mean the same");
  check_refused(R"({"model_type": "roberta", "pad_token_id": 600})", "pad_token_id is 600");
  check_refused(R"({"model_type": "albert", "inner_group_num": 0})", "inner_group_num is 0");
}
