// The names of tensors: the vocabulary of --save, --expect, --get and of the reports.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/shape.h"
#include "model/config.h"

namespace mha {

/// What enters a run.
enum class Feed {
  tokens,      ///< of texts, or ids
  embeddings,  ///< numbers in place of what enters the first layer
  heads,       ///< projected query, key and value: attention alone
  query_and_key
};

/// What decides which tensors a run has, before sizes are known.
struct RunKind {
  bool checkpoint = false;       ///< a whole model, whose layers are numbered
  bool cross_attention = false;  ///< keys and values come from another text
  Feed feed = Feed::tokens;

  /// Nothing is projected, neither into heads nor out of them.
  bool attention_alone() const { return feed == Feed::heads || feed == Feed::query_and_key; }
};

/// Sizes of one run: `batch` sequences of up to `queries` tokens that attend to up to `keys` tokens.
struct Dimensions {
  Config config;
  RunKind kind;
  std::size_t batch, queries, keys;
  std::vector<std::size_t> layers;  ///< those looked at, ascending
  std::vector<std::size_t> heads;   ///< likewise

  /// The heads of keys and values that the heads looked at use, ascending.
  std::vector<std::size_t> kv_heads() const;
};

enum class TensorScope {
  run,       ///< once: before the first layer or behind the last
  layer,     ///< once a layer
  parameter  ///< a weight of the random layer
};

/// A tensor that a run can give.
struct TensorName {
  std::string_view name;
  std::string_view shape;  ///< in words, for help
  std::string_view meaning;
  TensorScope scope;
  Shape (*shape_of)(const Dimensions&);
};

/// In the order of the data's way through the model.
const std::vector<TensorName>& activation_names();

/// Weights of the random layer, as drawn: saved with all the rest, not listed among the sizes.
const std::vector<TensorName>& parameter_names();

/// What weights are summed up to, on request: neither listed among the sizes nor saved with all the rest.
const std::vector<TensorName>& summary_names();

/// True if a run of that kind may have the tensor (`final` is there only with the last layer, `rollout` only
/// with all from the first on).
bool exists(const TensorName& tensor, const RunKind& kind);

/// A tensor of a certain run. `key` is its full name: "weights", or "layers.3.weights" in a checkpoint.
struct TensorKey {
  std::string key;
  const TensorName* tensor;
  std::optional<std::size_t> layer;  ///< in a checkpoint, of what exists once a layer
};

/// All activations of the run, in order.
std::vector<TensorKey> activations_of(const Dimensions& dimensions);

/// All activations and parameters.
std::vector<TensorKey> tensors_of(const Dimensions& dimensions);

/// All summaries of weights, in order.
std::vector<TensorKey> summaries_of(const Dimensions& dimensions);

/// What a name stands for: a full name for one tensor, a short one for that of every layer looked at. Throws
/// Error(usage) with the nearest name, or if the layer is not among those looked at.
std::vector<TensorKey> find_tensors(std::string_view name, const Dimensions& dimensions);

/// Throws Error(usage) for a name that no run of that kind can have, with the nearest; `others` are names of
/// what is no tensor but might have been meant.
void check_tensor_name(std::string_view name, const RunKind& kind,
                       std::span<const std::string_view> others = {});

/// The name without "layers.3.".
std::string_view short_name(std::string_view name);

/// "layers.3.weights"; without a layer, the name itself.
std::string tensor_key(std::string_view name, std::optional<std::size_t> layer);

}  // namespace mha
