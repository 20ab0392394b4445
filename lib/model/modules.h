// The modules of a model by the roles they play: the names and shapes of every tensor that a run looks up.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/shape.h"
#include "model/config.h"
#include "model/family.h"

namespace mha {

enum class Role {
  word,
  position,
  token_type,
  embedding_norm,
  projection,
  relative_bias,
  relative_embeddings,
  relative_norm,
  attention_input_norm,
  query,
  key,
  value,
  query_key_value,
  query_norm,
  key_norm,
  position_key,
  position_query,
  output,
  attention_branch_norm,
  attention_norm,
  feed_forward_input_norm,
  gate,
  intermediate,
  gate_and_intermediate,
  feed_forward,
  feed_forward_branch_norm,
  output_norm,
  final_norm,
  final_projection,
};

/// A role as it is shown, and what plays it.
struct ModuleRole {
  Role role;
  std::string_view name;  ///< "embeddings.word"; of a layer "query"
  bool in_layer;          ///< played anew in each layer
  /// The module, without the scope of the layer; empty if the model has none.
  std::string_view (*module)(const Wiring&, const Config&);
  /// Of the weight, [out, in] of a matrix; a bias has its first dimension.
  Shape (*shape)(const Wiring&, const Config&);
  bool Biases::*bias;  ///< whether it has one beside the weight; null for a table, which has none
};

/// The catalogue of roles, in the order of Role and of the data's way.
inline constexpr std::size_t role_count = static_cast<std::size_t>(Role::final_projection) + 1;
extern const std::array<ModuleRole, role_count> module_roles;
const ModuleRole& info(Role role);

struct NamedShape {
  std::string name;
  Shape shape;
};

/// The tensors of what plays a role.
struct Module {
  Role role;
  NamedShape weight;
  std::optional<NamedShape> bias;
};

/// What plays a role in a model, of a layer in the one of that number; nothing if the model lacks it.
std::optional<Module> module_of(const Config& config, const Wiring& wiring, Role role, std::size_t layer = 0);

/// "encoder.layer.3.": what stands before the names of a layer's tensors.
std::string layer_scope(const Config& config, const Wiring& wiring, std::size_t layer);

/// Layers that have the same tensors: one, unless the family shares weights.
std::vector<std::vector<std::size_t>> layers_sharing(const Config& config, const Wiring& wiring);

}  // namespace mha
