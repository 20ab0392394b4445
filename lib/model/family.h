// What tells one model family from another, as data: the keys of its config.json, the names of its tensors,
// and how its layers are wired. A family of families/ is one constant of type Family.
#pragma once

#include <cstddef>
#include <string_view>

namespace mha {

/// A size in config.json: the names that its key goes by (the second may be empty) and what Transformers
/// takes it for if it is absent. Without a name the family has no such size.
struct SizeKey {
  std::string_view name, alias;
  std::size_t otherwise;
};

/// Keys and defaults of the configuration class, as configuration_*.py of Transformers 5.23 has them.
struct ConfigKeys {
  SizeKey vocab_size{"vocab_size", "", 30522};
  SizeKey hidden_size{"hidden_size", "", 768};
  SizeKey num_hidden_layers{"num_hidden_layers", "", 12};
  SizeKey num_attention_heads{"num_attention_heads", "", 12};
  SizeKey intermediate_size{"intermediate_size", "", 3072};
  SizeKey max_position_embeddings{"max_position_embeddings", "", 512};
  SizeKey type_vocab_size{"type_vocab_size", "", 2};
  SizeKey embedding_size{};     ///< if there is none, it is hidden_size
  SizeKey num_hidden_groups{};  ///< if there is none, each layer has weights of its own
  SizeKey inner_group_num{};
  std::size_t pad_token_id = 0;
  std::string_view hidden_act_key = "hidden_act", hidden_act = "gelu";
  std::string_view layer_norm_eps_key = "layer_norm_eps";  ///< empty: it is fixed
  double layer_norm_eps = 1e-12;
};

/// Modules of the embeddings; empty for those that the family lacks. A module has tensors NAME.weight and,
/// but for tables, NAME.bias.
struct EmbeddingNames {
  std::string_view word = "embeddings.word_embeddings";
  std::string_view position = "embeddings.position_embeddings";
  std::string_view token_type = "embeddings.token_type_embeddings";
  std::string_view norm = "embeddings.LayerNorm";
  std::string_view projection = "";  ///< from embedding_size to hidden_size, behind the norm
  bool projects_always = false;      ///< or only if the sizes differ

  bool operator==(const EmbeddingNames&) const = default;
};

/// Modules of a layer, behind `scope`, in which {layer}, {group} and {inner} stand for numbers.
struct LayerNames {
  std::string_view scope = "encoder.layer.{layer}.";
  std::string_view query = "attention.self.query";
  std::string_view key = "attention.self.key";
  std::string_view value = "attention.self.value";
  std::string_view output = "attention.output.dense";
  std::string_view attention_norm = "attention.output.LayerNorm";
  std::string_view intermediate = "intermediate.dense";
  std::string_view feed_forward = "output.dense";
  std::string_view output_norm = "output.LayerNorm";
  /// A table of relative positions, which no version that is current adds: a model with one is refused.
  std::string_view relative_positions = "attention.self.distance_embedding";

  bool operator==(const LayerNames&) const = default;
};

/// Which row of the table of positions a token adds.
enum class PositionRule {
  index,          ///< 0, 1, 2, ...
  after_padding,  ///< padding + 1, + 2, ... counting tokens that are not padding; padding itself adds its own
};

struct Wiring {
  EmbeddingNames embeddings = {};
  LayerNames layer = {};
  PositionRule positions = PositionRule::index;
  bool padding_is_one = false;          ///< with after_padding: 1 in the code, whatever pad_token_id says
  std::string_view relative_bias = "";  ///< a table [relative_buckets, heads] that all layers share
  bool types_of_pairs = true;           ///< the second text of a pair has the tokenizer's token type, or 0

  bool operator==(const Wiring&) const = default;
};

/// The head over the vocabulary that a checkpoint may have on top. Unless tie_word_embeddings is false, the
/// weight of `decoder` is that of the word embeddings, and its bias the tensor `bias` where that is named
/// (_tied_weights_keys in modeling_*.py of Transformers 5.24).
struct VocabularyHead {
  std::string_view decoder, bias;
};

/// An encoder whose layers are: attention, residual, norm, feed-forward, residual, norm.
struct Family {
  std::string_view model_type;  ///< in config.json
  std::string_view class_name;  ///< what its classes in Transformers begin with
  std::string_view prefix;      ///< of tensor names in models with a head: "bert."
  ConfigKeys config = {};
  Wiring wiring = {};
  VocabularyHead head = {};
};

}  // namespace mha
