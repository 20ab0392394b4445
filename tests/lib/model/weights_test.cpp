#include "model/weights.h"

#include <doctest/doctest.h>

#include "base/error.h"
#include "support/folder.h"
#include "support/safetensors.h"

using namespace mha;

namespace {

/// A checkpoint of one layer with the least that a model must have, and tensors of these names.
std::string checkpoint(const test::Folder& folder, const std::vector<std::string>& names) {
  const std::string attention = "bert.encoder.layer.0.attention.self.", number(4, '\0');
  std::vector<test::TensorToStore> tensors = {
      {"bert.embeddings.word_embeddings.weight", "F32", {1, 1}, number},
      {attention + "query.weight", "F32", {1, 1}, number},
      {attention + "query.bias", "F32", {1}, number},
      {attention + "key.weight", "F32", {1, 1}, number},
      {attention + "key.bias", "F32", {1}, number}};
  for (const std::string& name : names) tensors.push_back({name, "F32", {1}, number});
  folder.write("config.json", R"({"model_type": "bert", "num_hidden_layers": 1, "hidden_size": 1,
                                 "vocab_size": 1, "num_attention_heads": 1})");
  folder.write("model.safetensors", test::safetensors(tensors));
  return folder.path();
}

Model load(const std::string& folder) {
  ModelRequest request;
  request.checkpoint = {folder, {}};
  return load_model(request);
}

}  // namespace

TEST_CASE("what has no part in the model is listed, under the names of the file") {
  const test::Folder folder;
  const Model model =
      load(checkpoint(folder, {"bert.embeddings.LayerNorm.gamma", "bert.pooler.dense.weight", "cls.bias"}));
  CHECK(layers_present(model) == 1);
  CHECK(unused_tensors(model) == std::vector<std::string>{"bert.pooler.dense.weight", "cls.bias"});
}

TEST_CASE("relative positions in the file are refused, though the configuration does not tell of them") {
  const test::Folder folder;
  const std::string path =
      checkpoint(folder, {"bert.encoder.layer.0.attention.self.distance_embedding.weight"});
  CHECK_THROWS_WITH_AS(load(path), doctest::Contains("distance_embedding"), Error);
}
