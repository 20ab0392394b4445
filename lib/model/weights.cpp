#include "model/weights.h"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/utf8.h"
#include "model/modules.h"

namespace mha {
namespace {

TensorView tensor_of(const Model& model, const NamedShape& tensor) {
  return model.weights->get(tensor.name, tensor.shape);
}

/// What plays a role in a family that has it.
Module part_of(const Model& model, Role role, std::size_t layer = 0) {
  return module_of(model.config, model.wiring, role, layer).value();
}

Linear linear_of(const Model& model, const Module& module) {
  return {tensor_of(model, module.weight), tensor_of(model, *module.bias)};
}

Norm norm_of(const Model& model, const Module& module) {
  return {tensor_of(model, module.weight), tensor_of(model, *module.bias), model.config.layer_norm_eps};
}

void add_names(std::set<std::string>& names, const std::optional<Module>& module) {
  if (!module) return;
  names.insert(module->weight.name);
  if (module->bias) names.insert(module->bias->name);
}

std::set<std::string> tensors_in_use(const Model& model) {
  std::set<std::string> names;
  for (const ModuleRole& role : module_roles) {
    const std::size_t times = role.in_layer ? model.config.num_layers : 1;
    for (std::size_t layer = 0; layer < times; ++layer) {
      add_names(names, module_of(model.config, model.wiring, role.role, layer));
    }
  }
  return names;
}

}  // namespace

AttentionWeights attention_weights(const Model& model, std::size_t layer, AttentionStage stage) {
  const auto linear = [&](Role role) { return linear_of(model, part_of(model, role, layer)); };
  AttentionWeights weights;
  weights.query = linear(Role::query);
  weights.key = linear(Role::key);
  if (stage >= AttentionStage::heads) weights.value = linear(Role::value);
  if (stage >= AttentionStage::output) weights.output = linear(Role::output);
  return weights;
}

FeedForward feed_forward_weights(const Model& model, std::size_t layer) {
  const auto part = [&](Role role) { return part_of(model, role, layer); };
  return {.attention_norm = norm_of(model, part(Role::attention_norm)),
          .intermediate = linear_of(model, part(Role::intermediate)),
          .output = linear_of(model, part(Role::feed_forward)),
          .output_norm = norm_of(model, part(Role::output_norm))};
}

EmbeddingWeights embedding_weights(const Model& model) {
  EmbeddingWeights weights;
  const auto find = [&](Role role) { return module_of(model.config, model.wiring, role); };
  if (const auto norm = find(Role::embedding_norm)) weights.norm = norm_of(model, *norm);
  if (const auto projection = find(Role::projection)) weights.projection = linear_of(model, *projection);
  return weights;
}

std::optional<TensorView> relative_bias(const Model& model) {
  const auto table = module_of(model.config, model.wiring, Role::relative_bias);
  return table ? std::optional(tensor_of(model, table->weight)) : std::nullopt;
}

std::vector<std::string> unused_tensors(const Model& model) {
  std::set<std::string, std::less<>> used;
  for (const std::string& name : tensors_in_use(model)) {
    if (auto stored = model.weights->stored_name(name)) used.insert(*std::move(stored));
  }
  std::vector<std::string> unused;
  for (std::string_view name : model.weights->names()) {
    if (used.find(name) == used.end()) unused.emplace_back(name);
  }
  return unused;
}

void refuse_relative_positions(const TensorSource& weights, const Wiring& wiring, const Config& config,
                               const std::string& source) {
  const std::string_view module = wiring.layer.relative_positions;
  if (!weights.contains(fmt::format("{}{}.weight", layer_scope(config, wiring, 0), module))) return;
  fail(Status::data, "{}: has relative positions ({}), which are not supported; only absolute ones are",
       utf8::printable(source), module);
}

bool has_layer(const Model& model, std::size_t layer) {
  return model.weights->contains(part_of(model, Role::query, layer).weight.name);
}

std::size_t layers_present(const Model& model) {
  std::size_t count = 0;
  while (count < model.config.num_layers && has_layer(model, count)) ++count;
  return count;
}

}  // namespace mha
