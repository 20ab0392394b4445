// The tensors of a checkpoint, counted by role, dtype and file.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/inspection.h"

namespace mha {

/// A size of a model that is told, under its name in Config.
struct SizeName {
  std::string_view name;
  std::size_t Config::*member;
  bool (*exists)(const Config&);
};

inline constexpr SizeName size_names[] = {
    {"vocab_size", &Config::vocab_size, [](const Config&) { return true; }},
    {"embedding_size", &Config::embedding_size,
     [](const Config& config) { return config.embedding_size != config.hidden_size; }},
    {"hidden_size", &Config::hidden_size, [](const Config&) { return true; }},
    {"num_layers", &Config::num_layers, [](const Config&) { return true; }},
    {"num_heads", &Config::num_attention_heads, [](const Config&) { return true; }},
    {"num_kv_heads", &Config::num_key_value_heads, [](const Config&) { return true; }},
    {"head_dim", &Config::head_dim, [](const Config&) { return true; }},
    {"intermediate_size", &Config::intermediate_size, [](const Config&) { return true; }},
    {"max_position_embeddings", &Config::max_position_embeddings, [](const Config&) { return true; }},
    {"type_vocab_size", &Config::type_vocab_size,
     [](const Config& config) { return config.type_vocab_size > 0; }},
};

struct Tally {
  std::size_t tensors = 0, parameters = 0, bytes = 0;

  void add(const HeldTensor& tensor);
};

struct Totals {
  Tally all, needed;
  /// Of what there is: the roles in their order, then "tied", "unused" and, of no known family, "unknown".
  std::vector<std::pair<std::string_view, Tally>> roles;
  std::vector<std::pair<std::string_view, Tally>> dtypes;  ///< in the order of stored_types
  std::vector<std::string> files;                          ///< names without their folder, sorted
};

Totals totals_of(const Inspection& inspection);

/// How a tensor that is needed is there, in a word.
std::string_view to_text(Fit fit);

/// The role of a tensor: "layers.0-2.query.weight", "embeddings.word.weight".
std::string role_text(const NeededTensor& needed);

/// The name of the file that holds a tensor, without its folder.
std::string_view file_name(const HeldTensor& tensor);

}  // namespace mha
