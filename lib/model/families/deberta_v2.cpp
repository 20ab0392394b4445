// DeBERTa-v2 and -v3 (He et al. 2021), as modeling_deberta_v2.py of Transformers: BERT whose scores are sums
// of products of contents and of relative positions.
#include <algorithm>

#include "base/utf8.h"
#include "model/families.h"

namespace mha {
namespace {

/// "c2p|p2c", or a list of both.
std::vector<std::string> kinds_of(const ConfigFile& file, std::string_view key) {
  std::vector<std::string> kinds;
  const auto value = file.find(key);
  if (value && value->string()) {
    std::string_view rest = *value->string();
    for (std::size_t end = 0; end != std::string_view::npos && !rest.empty();) {
      end = rest.find('|');
      kinds.emplace_back(rest.substr(0, end));
      rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
    }
    return kinds;
  }
  for (const std::string_view kind : file.texts(key).value_or(std::vector<std::string_view>())) {
    kinds.emplace_back(kind);
  }
  return kinds;
}

/// A size of which 0 and below mean that there is none.
std::size_t size_or_none(const ConfigFile& file, std::string_view key) {
  const auto value = file.find(key);
  if (value && value->integer() && *value->integer() < 1) return 0;
  return file.size({{key}}).value.value_or(0);
}

LogBuckets rule_of(const ConfigFile& file, const Config& config) {
  LogBuckets rule{size_or_none(file, "position_buckets"), size_or_none(file, "max_relative_positions")};
  if (rule.max_relative_positions == 0) rule.max_relative_positions = config.max_position_embeddings;
  const bool fits =
      rule.position_buckets == 0 ||
      (rule.position_buckets >= 4 && rule.position_buckets / 2 + 1 < rule.max_relative_positions);
  if (fits) return rule;
  fail(Status::data, "{} is {}; it must be 4 or more, and less than twice the {} relative positions",
       file.label("position_buckets"), rule.position_buckets, rule.max_relative_positions);
}

/// A convolution beside the first layer.
void end_at_convolution(const ConfigFile& file, Config& config) {
  const std::size_t kernel = size_or_none(file, "conv_kernel_size");
  if (kernel == 0) return;
  config.unsupported =
      UnsupportedPart{0, true,
                      fmt::format("{} is {}: the convolution behind layer 0 is not supported",
                                  file.label("conv_kernel_size"), kernel)};
}

void read_relative(const ConfigFile& file, Config& config, Wiring& wiring) {
  constexpr std::string_view key = "pos_att_type";
  const std::vector<std::string> kinds = kinds_of(file, key);
  for (const std::string& kind : kinds) {
    if (kind == "c2p" || kind == "p2c") continue;
    fail(Status::data, "{} has '{}', which is not supported; there are: c2p, p2c", file.label(key),
         utf8::printable(kind));
  }
  config.scale = 1.0 / static_cast<double>(disentangled_divisor(config.head_dim, 1 + kinds.size()));
  if (!file.flag("relative_attention", false)) {
    wiring.relative_embeddings = wiring.relative_norm = "";
    return;
  }
  config.relative_positions = rule_of(file, config);
  config.content_to_position = std::ranges::find(kinds, "c2p") != kinds.end();
  config.position_to_content = std::ranges::find(kinds, "p2c") != kinds.end();
  if (file.text("norm_rel_ebd").value_or("none").find("layer_norm") == std::string_view::npos) {
    wiring.relative_norm = "";
  }
}

void adapt_deberta(const ConfigFile& file, Config& config, Wiring& wiring) {
  if (!file.flag("position_biased_input", true)) wiring.embeddings.position = "";
  if (file.flag("share_att_key", false)) wiring.layer.position_key = wiring.layer.position_query = "";
  read_relative(file, config, wiring);
  end_at_convolution(file, config);
}

}  // namespace

constexpr Family families::deberta_v2{
    .model_type = "deberta-v2",
    .class_name = "DebertaV2",
    .prefix = "deberta.",
    .config = {.vocab_size = {"vocab_size", "", 128100},
               .hidden_size = {"hidden_size", "", 1536},
               .num_hidden_layers = {"num_hidden_layers", "", 24},
               .num_attention_heads = {"num_attention_heads", "", 24},
               .head_dim = {"attention_head_size"},
               .intermediate_size = {"intermediate_size", "", 6144},
               .type_vocab_size = {"type_vocab_size", "", 0},
               .least_types = 0,
               .embedding_size = {"embedding_size"},
               .layer_norm_eps = 1e-7},
    .wiring = {.embeddings = {.projection = "embeddings.embed_proj", .projects_first = true},
               .layer = {.query = "attention.self.query_proj",
                         .key = "attention.self.key_proj",
                         .value = "attention.self.value_proj",
                         .position_key = "attention.self.pos_key_proj",
                         .position_query = "attention.self.pos_query_proj",
                         .relative_positions = ""},
               .biases = {.projection = false},
               .relative_embeddings = "encoder.rel_embeddings",
               .relative_norm = "encoder.LayerNorm"},
    .head = {"cls.predictions.decoder", "cls.predictions.bias"},
    .adapt = adapt_deberta,
};

}  // namespace mha
