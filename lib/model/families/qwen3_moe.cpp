// Qwen3 with experts (Yang et al. 2025), as modeling_qwen3_moe.py of Transformers.
#include <algorithm>

#include "model/families.h"
#include "model/families/experts.h"
#include "model/families/llama_like.h"

namespace mha {
namespace {

/// The first layer with experts: every so many have them, but for those that are listed.
std::size_t first_of_experts(const ConfigFile& file, const Config& config) {
  constexpr std::string_view step_key[] = {"decoder_sparse_step"};
  const std::size_t step = file.size(step_key).value.value_or(1);
  const auto dense = file.numbers("mlp_only_layers").value_or(std::vector<double>());
  std::size_t layer = step - 1;
  while (layer < config.num_layers && std::ranges::find(dense, static_cast<double>(layer)) != dense.end()) {
    layer += step;
  }
  return layer;
}

}  // namespace

constexpr Family families::qwen3_moe{
    .model_type = "qwen3_moe",
    .class_name = "Qwen3Moe",
    .prefix = "model.",
    .config =
        [] {
          ConfigKeys keys = qwen_keys();
          keys.hidden_size.otherwise = 2048;
          keys.num_hidden_layers.otherwise = 24;
          keys.num_key_value_heads.otherwise = 4;
          keys.intermediate_size.otherwise = 6144;
          return keys;
        }(),
    .wiring = llama_wiring(with_head_norms(llama_layer)),
    .head = llama_head,
    .adapt =
        [](const ConfigFile& file, Config& config, Wiring& wiring) {
          adapt_attention_bias(file, config, wiring);
          const std::size_t first = first_of_experts(file, config);
          if (first == 0) wiring.layer = without_feed_forward(wiring.layer);
          end_at_experts(file, first, config);
        },
};

}  // namespace mha
