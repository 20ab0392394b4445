// Nomic Embed (Nussbaum et al. 2024), as modeling_nomic_bert.py of Transformers and the older code beside the
// checkpoints: BERT with rotated queries and keys, a gated feed-forward and query, key and value in one
// matrix.
#include "base/utf8.h"
#include "model/families.h"

namespace mha {
namespace {

/// The code beside the checkpoints has keys of its own, and rounds the features of a gated network up.
void adapt_hub(const ConfigFile& file, Config& config) {
  constexpr std::size_t multiple = 256;
  config.intermediate_size = (config.intermediate_size + multiple - 1) / multiple * multiple;
  config.layer_norm_eps = file.positive_number("layer_norm_epsilon").value_or(config.layer_norm_eps);
  RopeParameters& rope = *config.attention_kinds.front().rotary;
  rope.theta = file.positive_number("rotary_emb_base").value_or(10000);
  const auto factor = file.positive_number("rotary_scaling_factor");
  if (!factor) return;
  constexpr std::string_view trained[] = {"max_trained_positions"};
  rope.type = RopeType::dynamic;
  rope.factor = factor;
  rope.max_position_embeddings = file.size(trained).value.value_or(2048);
}

/// "swiglu" is a gate of silu, "geglu" of gelu.
Activation gate_of(const ConfigFile& file) {
  constexpr std::string_view key = "activation_function";
  const std::string_view name = file.text(key).value_or("swiglu");
  if (name == "swiglu") return Activation::silu;
  if (name == "geglu") return Activation::gelu;
  fail(Status::data, "{} is '{}', which is not supported; there are: swiglu, geglu", file.label(key),
       utf8::printable(name));
}

void adapt_nomic(const ConfigFile& file, Config& config, Wiring& wiring) {
  for (const char* key : {"prenorm", "use_rms_norm", "causal", "moe_every_n_layers"}) {
    const auto value = file.find(key);
    if (!value || value->boolean() == false || value->integer() == 0) continue;
    fail(Status::data, "{} is {}, which is not supported; only false is", file.label(key), value->describe());
  }
  if (file.find("n_embd")) {
    adapt_hub(file, config);
    config.hidden_act = gate_of(file);
  } else if (const auto name = file.text("hidden_act")) {
    config.hidden_act = find_activation(*name, file.label("hidden_act"));
  }
  wiring.biases.query_key_value = wiring.biases.output = file.flag("qkv_proj_bias", false);
  wiring.biases.intermediate = file.flag("mlp_fc1_bias", false);
  wiring.biases.feed_forward = file.flag("mlp_fc2_bias", false);
}

}  // namespace

constexpr Family families::nomic_bert{
    .model_type = "nomic_bert",
    .class_name = "NomicBert",
    .prefix = "nomic_bert.",
    .config = {.hidden_size = {"hidden_size", "n_embd", 768},
               .num_hidden_layers = {"num_hidden_layers", "n_layer", 12},
               .num_attention_heads = {"num_attention_heads", "n_head", 12},
               .head_dim = {"head_dim"},
               .intermediate_size = {"intermediate_size", "n_inner", 3072},
               .max_position_embeddings = {"max_position_embeddings", "n_positions", 2048},
               .least_types = 0,
               .hidden_act_key = "",
               .hidden_act = "silu",
               .rotary = {.rotates = true,
                          .theta = 1000,
                          .theta_key = "rotary_emb_base",
                          .fraction_key = "rotary_emb_fraction",
                          .interleaved_key = "rotary_emb_interleaved"}},
    .wiring = {.embeddings = {.position = "", .norm = "emb_ln"},
               .layer = {.scope = "encoder.layers.{layer}.",
                         .query_key_value = "attn.Wqkv",
                         .output = "attn.out_proj",
                         .attention_norms = {.before = "", .behind = "", .after = "norm1"},
                         .gate = "mlp.fc12",
                         .intermediate = "mlp.fc11",
                         .feed_forward = "mlp.fc2",
                         .feed_forward_norms = {.before = "", .behind = "", .after = "norm2"},
                         .relative_positions = ""}},
    .head = {"cls.predictions.decoder", "cls.predictions.bias"},
    .adapt = adapt_nomic,
};

}  // namespace mha
