// What tells one model family from another, as data: the keys of its config.json, the names of its tensors,
// and how its layers are wired. A family of families/ is one constant of type Family.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/norm.h"
#include "model/config.h"
#include "model/config_file.h"

namespace mha {

/// A size in config.json: the names that its key goes by (the second may be empty) and what Transformers
/// takes it for if it is absent. Without a name the family has no such size.
struct SizeKey {
  std::string_view name, alias;
  std::size_t otherwise;
};

/// A size that follows from others where the configuration has null for it, or nothing and `otherwise` is
/// not said either.
struct DerivedKey {
  std::string_view name = "";
  std::optional<std::size_t> otherwise = std::nullopt;
};

/// Which layers look through a window, where config.json has no `layer_types` that say so.
struct WindowKeys {
  std::string_view key = "";                            ///< empty for a family without windows
  std::optional<std::size_t> otherwise = std::nullopt;  ///< if the key is absent; null is none
  std::string_view enabled_by = "";                     ///< a flag, false if it is absent
  std::string_view first_layer = "";                    ///< layers before this one see all
  std::size_t first_layer_otherwise = 0;
  std::string_view period_key = "";  ///< of every so many layers one sees all
  std::size_t period = 0;            ///< the same if the key is absent; 0: none does
  bool first_of_period = false;      ///< that one is the first of its period, or else the last
  bool both_ways = false;            ///< half of the window lies on either side of the token
};

/// How queries and keys are rotated by their positions (Su et al. 2021).
struct RotaryKeys {
  bool rotates = false;
  double theta = 10000;  ///< if config.json has none
  std::string_view theta_key = "rope_theta";
  std::string_view fraction_key = "";  ///< of a head's features, those rotated; empty: all are
  double fraction = 1;
  std::optional<std::size_t> original_otherwise = std::nullopt;  ///< positions before scaling, if not said
  bool longrope_names = false;                                   ///< "su" and "yarn" mean "longrope"
  bool has_ntk = false;                    ///< "ntk" is a type too (modeling.py beside the checkpoints)
  std::string_view window_theta_key = "";  ///< of layers with a window, where they differ
  double window_theta = 10000;
  std::string_view interleaved_key = "";  ///< a flag: pairs of neighbours in place of halves
};

/// Of a bias by buckets of distance.
struct BucketKeys {
  SizeKey count{}, max_distance{};
};

/// Keys and defaults of the configuration class, as configuration_*.py of Transformers 5.23 has them.
struct ConfigKeys {
  SizeKey vocab_size{"vocab_size", "", 30522};
  SizeKey hidden_size{"hidden_size", "", 768};
  SizeKey num_hidden_layers{"num_hidden_layers", "", 12};
  SizeKey num_attention_heads{"num_attention_heads", "", 12};
  DerivedKey num_key_value_heads{};  ///< else num_attention_heads
  DerivedKey head_dim{};             ///< else hidden_size / num_attention_heads
  SizeKey intermediate_size{"intermediate_size", "", 3072};
  std::size_t intermediate_factor = 0;  ///< of hidden_size where intermediate_size is absent or null; 0: none
  SizeKey max_position_embeddings{"max_position_embeddings", "", 512};
  SizeKey type_vocab_size{"type_vocab_size", "", 2};
  std::size_t least_types = 1;  ///< 0 where a model may be without token types
  DerivedKey embedding_size{};  ///< else hidden_size
  SizeKey num_hidden_groups{};  ///< if there is none, each layer has weights of its own
  SizeKey inner_group_num{};
  std::size_t pad_token_id = 0;
  std::string_view hidden_act_key = "hidden_act", hidden_act = "gelu";
  std::string_view layer_norm_eps_key = "layer_norm_eps";  ///< empty: it is fixed
  double layer_norm_eps = 1e-12;
  WindowKeys window = {};
  RotaryKeys rotary = {};
  BucketKeys buckets = {};  ///< if there are none, they are fixed
};

/// Modules of the embeddings; empty for those that the family lacks. A module has tensors NAME.weight and,
/// but for tables, NAME.bias.
struct EmbeddingNames {
  std::string_view word = "embeddings.word_embeddings", word_otherwise = "";  ///< in files without the first
  std::string_view position = "embeddings.position_embeddings";
  std::string_view token_type = "embeddings.token_type_embeddings";
  std::string_view norm = "embeddings.LayerNorm";
  std::string_view projection = "";  ///< from embedding_size to hidden_size, behind the norm
  bool projects_always = false;      ///< or only if the sizes differ
  bool projects_first = false;       ///< the norm is behind the projection

  bool operator==(const EmbeddingNames&) const = default;
};

/// Norms around a branch of a layer, empty for those that the family lacks: x + branch(x) is
/// after(x + behind(branch(before(x)))).
struct NormNames {
  std::string_view before = "", behind = "", after = "";

  bool operator==(const NormNames&) const = default;
};

/// Modules of a layer, behind `scope`, in which {layer}, {group} and {inner} stand for numbers.
struct LayerNames {
  std::string_view scope = "encoder.layer.{layer}.";
  std::string_view query = "attention.self.query";
  std::string_view key = "attention.self.key";
  std::string_view value = "attention.self.value";
  std::string_view query_key_value = "";  ///< all three in one, in place of them
  std::string_view query_norm = "", key_norm = "";
  /// Of relative positions; where they are empty, query and key serve for these too.
  std::string_view position_key = "", position_query = "";
  std::string_view output = "attention.output.dense";
  NormNames attention_norms = {.before = "", .behind = "", .after = "attention.output.LayerNorm"};
  std::string_view gate = "";  ///< whose activation the intermediate is multiplied by
  std::string_view intermediate = "intermediate.dense";
  std::string_view gate_and_intermediate = "";  ///< both in one, in place of them
  std::string_view feed_forward = "output.dense";
  NormNames feed_forward_norms = {.before = "", .behind = "", .after = "output.LayerNorm"};
  /// A table of relative positions, which no version that is current adds: a model with one is refused.
  std::string_view relative_positions = "attention.self.distance_embedding";

  bool operator==(const LayerNames&) const = default;
};

/// Which row of the table of positions a token adds.
enum class PositionRule {
  index,          ///< 0, 1, 2, ...
  after_padding,  ///< padding + 1, + 2, ... counting tokens that are not padding; padding itself adds its own
};

/// How the rows of a module that is query, key and value in one are laid out.
enum class FusedHeads {
  stacked,  ///< those of query, of key, of value
  by_head,  ///< of each head its query, key and value
};

/// Which modules have a bias.
struct Biases {
  bool query_key_value = true, output = true, intermediate = true, feed_forward = true, norms = true,
       projection = true;

  bool operator==(const Biases&) const = default;
};

/// What a head adds to the scores by position.
enum class PositionBias {
  none,
  buckets,       ///< a table by buckets of distance (Raffel et al. 2020)
  alibi,         ///< -slope times the distance (Press et al. 2022)
  alibi_of_keys  ///< slope times the key's position, which differs by a number a row (modeling_bloom.py)
};

struct Wiring {
  EmbeddingNames embeddings = {};
  LayerNames layer = {};
  Biases biases = {};
  PositionRule positions = PositionRule::index;
  std::size_t position_offset = 0;  ///< with index: rows of the table before that of the first token
  bool positions_last = false;      ///< added behind the projection to hidden_size
  bool padding_is_one = false;      ///< with after_padding: 1 in the code, whatever pad_token_id says
  PositionBias position_bias = PositionBias::none;
  std::string_view relative_bias = "";  ///< a table [num_buckets, heads] that all layers share
  std::string_view relative_embeddings = "",
                   relative_norm = "";  ///< of positions that scores are made of too
  bool types_of_pairs = true;           ///< the second text of a pair has the tokenizer's token type, or 0
  FusedHeads fused = FusedHeads::stacked;
  bool transposed = false;            ///< matrices of layers are stored [in, out] (Conv1D of Transformers)
  bool gate_last = false;             ///< the gate is the second half of gate_and_intermediate
  bool norms_of_heads = true;         ///< query_norm and key_norm are over a head, or else over all heads
  bool parallel = false;              ///< the feed-forward reads what enters the layer, beside attention
  bool residual_behind_norm = false;  ///< what the norm called before gives is added to the branch
  bool first_before = true;           ///< the first layer too has attention_norms.before
  NormKind norm = NormKind::layer;
  bool norm_adds_one = false;              ///< to its weight
  bool norm_weights = true;                ///< or norms have neither weight nor bias
  std::string_view final_norm = "";        ///< behind the last layer
  std::string_view final_projection = "";  ///< from hidden_size back to embedding_size, behind that norm
  bool causal = false;
  bool scales_embeddings = false;  ///< by the root of hidden_size
  bool scaled_scores = true;       ///< by 1 / sqrt(head_dim) unless the configuration says otherwise

  bool operator==(const Wiring&) const = default;
};

/// The activation of that name in a config.json; `label` says where the name stands. Throws Error(data) that
/// lists those known.
Activation find_activation(std::string_view name, const std::string& label);

/// The head over the vocabulary that a checkpoint may have on top. Unless tie_word_embeddings is false, the
/// weight of `decoder` is that of the word embeddings, and its bias the tensor `bias` where that is named
/// (_tied_weights_keys in modeling_*.py of Transformers 5.24).
struct VocabularyHead {
  std::string_view decoder, bias;
};

/// A family whose layers are attention and a feed-forward network, each with a residual around it.
struct Family {
  std::string_view model_type;  ///< in config.json
  std::string_view class_name;  ///< what its classes in Transformers begin with
  std::string_view prefix;      ///< of tensor names in models with a head: "bert."
  ConfigKeys config = {};
  Wiring wiring = {};
  VocabularyHead head = {};
  /// What else config.json says, put into both; null if that is nothing. Throws Error(data) for what it
  /// says wrongly.
  void (*adapt)(const ConfigFile& file, Config& config, Wiring& wiring) = nullptr;
};

}  // namespace mha
