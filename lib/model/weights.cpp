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

std::optional<Module> find_part(const Model& model, Role role, std::size_t layer = 0) {
  return module_of(model.config, model.wiring, role, layer);
}

/// A Linear, or the rows of one that hold several.
Linear linear_of(const Model& model, const Module& module, std::optional<RowSlice> rows = {}) {
  Linear linear{.weight = tensor_of(model, module.weight),
                .bias = std::nullopt,
                .transposed = model.wiring.transposed && info(module.role).in_layer,
                .rows = rows};
  if (module.bias) linear.bias = tensor_of(model, *module.bias);
  return linear;
}

Norm norm_of(const Model& model, const Module& module) {
  Norm norm{.weight = tensor_of(model, module.weight),
            .bias = std::nullopt,
            .eps = model.config.layer_norm_eps,
            .kind = model.wiring.norm,
            .adds_one = model.wiring.norm_adds_one};
  if (module.bias) norm.bias = tensor_of(model, *module.bias);
  return norm;
}

/// A norm without weight is one with weights of 1.
std::optional<Norm> bare_norm(const Model& model, Role role) {
  if (info(role).module(model.wiring, model.config).empty()) return std::nullopt;
  return Norm{.weight = {info(role).shape(model.wiring, model.config), model.ones.span()},
              .bias = std::nullopt,
              .eps = model.config.layer_norm_eps,
              .kind = model.wiring.norm};
}

std::optional<Norm> find_norm(const Model& model, Role role, std::size_t layer = 0) {
  if (!model.wiring.norm_weights) return bare_norm(model, role);
  const auto module = find_part(model, role, layer);
  return module ? std::optional(norm_of(model, *module)) : std::nullopt;
}

std::optional<Linear> find_linear(const Model& model, Role role, std::size_t layer = 0) {
  const auto module = find_part(model, role, layer);
  return module ? std::optional(linear_of(model, *module)) : std::nullopt;
}

/// The rows of query, key and value in a module that is all three.
RowSlice rows_in_fused(const Model& model, Role role) {
  const AttentionShape shape = model.config.attention();
  const std::size_t query = shape.query_features(), key = shape.key_features(), dim = shape.head_dim;
  const std::size_t part = role == Role::query ? 0 : role == Role::key ? 1 : 2;
  const std::size_t count = part == 0 ? query : key;
  if (model.wiring.fused == FusedHeads::by_head) return {part * dim, count, dim, 3 * dim};
  return {part == 0 ? 0 : query + (part - 1) * key, count, count, count};
}

/// Query, key or value of a layer.
Linear head_projection(const Model& model, Role role, std::size_t layer) {
  if (const auto fused = find_part(model, Role::query_key_value, layer)) {
    return linear_of(model, *fused, rows_in_fused(model, role));
  }
  return linear_of(model, part_of(model, role, layer));
}

std::optional<HeadNorms> head_norms(const Model& model, std::size_t layer) {
  auto query = find_norm(model, Role::query_norm, layer), key = find_norm(model, Role::key_norm, layer);
  if (!query || !key) return std::nullopt;
  return HeadNorms{*std::move(query), *std::move(key), model.wiring.norms_of_heads};
}

/// The gate, where there is one, and what it is multiplied with.
void add_inner(const Model& model, std::size_t layer, FeedForward& weights) {
  if (const auto both = find_part(model, Role::gate_and_intermediate, layer)) {
    const std::size_t half = model.config.intermediate_size, gate = model.wiring.gate_last ? half : 0;
    weights.gate = linear_of(model, *both, RowSlice{gate, half, half, half});
    weights.intermediate = linear_of(model, *both, RowSlice{half - gate, half, half, half});
    return;
  }
  weights.gate = find_linear(model, Role::gate, layer);
  weights.intermediate = linear_of(model, part_of(model, Role::intermediate, layer));
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
  AttentionWeights weights;
  weights.query = head_projection(model, Role::query, layer);
  weights.key = head_projection(model, Role::key, layer);
  weights.norms = head_norms(model, layer);
  if (stage >= AttentionStage::heads) weights.value = head_projection(model, Role::value, layer);
  if (stage >= AttentionStage::output) weights.output = linear_of(model, part_of(model, Role::output, layer));
  return weights;
}

PositionProjections position_projections(const Model& model, std::size_t layer) {
  const auto projection = [&](bool has_part, Role own, Role shared) {
    if (!has_part) return std::optional<Linear>();
    auto linear = find_linear(model, own, layer);
    return linear ? std::move(linear) : std::optional(head_projection(model, shared, layer));
  };
  return {projection(model.config.content_to_position, Role::position_key, Role::key),
          projection(model.config.position_to_content, Role::position_query, Role::query)};
}

std::optional<RelativeWeights> relative_weights(const Model& model) {
  const auto table = find_part(model, Role::relative_embeddings);
  if (!table) return std::nullopt;
  return RelativeWeights{tensor_of(model, table->weight), find_norm(model, Role::relative_norm)};
}

BranchNorms attention_norms(const Model& model, std::size_t layer, bool all) {
  BranchNorms norms{.before = find_norm(model, Role::attention_input_norm, layer), .behind = {}, .after = {}};
  if (!all) return norms;
  norms.behind = find_norm(model, Role::attention_branch_norm, layer);
  norms.after = find_norm(model, Role::attention_norm, layer);
  return norms;
}

FeedForward feed_forward_weights(const Model& model, std::size_t layer) {
  FeedForward weights{.norms = {.before = find_norm(model, Role::feed_forward_input_norm, layer),
                                .behind = find_norm(model, Role::feed_forward_branch_norm, layer),
                                .after = find_norm(model, Role::output_norm, layer)},
                      .gate = {},
                      .intermediate = {},
                      .output = {}};
  add_inner(model, layer, weights);
  weights.output = linear_of(model, part_of(model, Role::feed_forward, layer));
  return weights;
}

OuterWeights final_weights(const Model& model) {
  return {find_norm(model, Role::final_norm), find_linear(model, Role::final_projection)};
}

OuterWeights embedding_weights(const Model& model) {
  return {find_norm(model, Role::embedding_norm), find_linear(model, Role::projection),
          model.wiring.embeddings.projects_first};
}

std::optional<TensorView> relative_bias(const Model& model) {
  const auto table = find_part(model, Role::relative_bias);
  return table ? std::optional(tensor_of(model, table->weight)) : std::nullopt;
}

void let_go_of_layer(const Model& model, std::size_t layer) {
  for (const ModuleRole& role : module_roles) {
    const auto module = role.in_layer ? find_part(model, role.role, layer) : std::nullopt;
    if (module) model.weights->let_go(module->weight.name);
  }
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

Wiring names_in(const TensorSource& weights, Wiring wiring) {
  EmbeddingNames& names = wiring.embeddings;
  const auto has = [&](std::string_view module) {
    return !module.empty() && weights.contains(fmt::format("{}.weight", module));
  };
  if (!has(names.word) && has(names.word_otherwise)) names.word = names.word_otherwise;
  return wiring;
}

void refuse_relative_positions(const TensorSource& weights, const Wiring& wiring, const Config& config,
                               const std::string& source) {
  const std::string_view module = wiring.layer.relative_positions;
  if (module.empty()) return;
  if (!weights.contains(fmt::format("{}{}.weight", layer_scope(config, wiring, 0), module))) return;
  fail(Status::data, "{}: has relative positions ({}), which are not supported; only absolute ones are",
       utf8::printable(source), module);
}

bool has_layer(const Model& model, std::size_t layer) {
  const auto fused = find_part(model, Role::query_key_value, layer);
  const Module module = fused ? *fused : part_of(model, Role::query, layer);
  return model.weights->contains(module.weight.name);
}

std::size_t layers_present(const Model& model) {
  std::size_t count = 0;
  while (count < model.config.num_layers && has_layer(model, count)) ++count;
  return count;
}

}  // namespace mha
