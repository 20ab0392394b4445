#include "model/attention_kinds.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/nearest.h"
#include "base/utf8.h"

namespace mha {
namespace {

/// The window that some layers have; nothing if none does.
std::optional<std::size_t> window_of(const WindowKeys& keys, const ConfigFile& file) {
  if (keys.key.empty()) return std::nullopt;
  if (!keys.enabled_by.empty() && !file.flag(keys.enabled_by, false)) return std::nullopt;
  const Setting setting = file.size({{keys.key}});
  if (file.is_null(keys.key)) return std::nullopt;
  const auto window = setting.value ? setting.value : keys.otherwise;
  return window && keys.both_ways ? std::optional(*window / 2) : window;
}

std::size_t size_or(const ConfigFile& file, std::string_view key, std::size_t otherwise) {
  if (key.empty()) return otherwise;
  return file.size({{key}}, 0).value.value_or(otherwise);
}

/// True for a layer that has a window though config.json does not say which do.
bool is_sliding(std::size_t layer, const WindowKeys& keys, const ConfigFile& file) {
  if (layer < size_or(file, keys.first_layer, keys.first_layer_otherwise)) return false;
  const std::size_t period = size_or(file, keys.period_key, keys.period);
  if (period == 0) return true;
  return layer % period != (keys.first_of_period ? 0 : period - 1);
}

/// The type of each layer.
std::vector<std::string_view> types_of(const WindowKeys& keys, const ConfigFile& file, const Config& config) {
  std::vector<std::string_view> types(config.num_layers, full_attention);
  const auto said = keys.first_layer.empty() && keys.period == 0 ? std::nullopt : file.texts("layer_types");
  if (said && said->size() != config.num_layers) {
    fail(Status::data, "{} has {} items, but there are {} layers; give a type for each",
         file.label("layer_types"), said->size(), config.num_layers);
  }
  if (said) return *said;
  if (!window_of(keys, file)) return types;
  for (std::size_t layer = 0; layer < config.num_layers; ++layer) {
    if (is_sliding(layer, keys, file)) types[layer] = sliding_attention;
  }
  return types;
}

AttentionKind kind_of(std::string_view type, const ConfigKeys& keys, const ConfigFile& file,
                      const Config& config) {
  AttentionKind kind{type, std::nullopt, std::nullopt};
  if (type == sliding_attention) {
    kind.window = window_of(keys.window, file);
    if (!kind.window) {
      fail(Status::data, "{} has '{}', but {} gives no window; set it, or have all layers '{}'",
           file.label("layer_types"), type, keys.window.key, full_attention);
    }
  }
  if (keys.rotary.rotates) kind.rotary = read_rope(keys.rotary, file, config, type);
  return kind;
}

/// Where one kind's parameters stand: in an object of its own, or in the one of all.
std::optional<ConfigFile> rope_section(const ConfigFile& file, std::string_view kind) {
  // Older files have the scaling alone, which Transformers lets win where both are there.
  auto scaling = file.section("rope_scaling");
  if (scaling && scaling->is_empty()) scaling.reset();
  const auto all = scaling ? scaling : file.section("rope_parameters");
  if (!all) return std::nullopt;
  const bool by_kind = all->find(full_attention) || all->find(sliding_attention);
  return by_kind ? all->section(kind) : all;
}

/// The key that names the type, newer or older.
std::string_view type_key(const ConfigFile& section) {
  return section.text("rope_type") ? "rope_type" : "type";
}

RopeType type_of(const RotaryKeys& keys, const ConfigFile& section) {
  const std::string_view key = type_key(section);
  const std::string_view name = section.text(key).value_or("default");
  if (keys.longrope_names && (name == "su" || name == "yarn")) return RopeType::longrope;
  std::vector<std::string_view> names;
  for (const RopeTypeName& known : rope_types) {
    if (known.name == name) return known.type;
    names.push_back(known.name);
  }
  fail(Status::data, "{} is '{}', which is not supported{}; there are: {}", section.label(key),
       utf8::printable(name), did_you_mean(name, names), fmt::join(names, ", "));
}

double theta_of(const RotaryKeys& keys, const ConfigFile& file, std::string_view kind) {
  if (kind == sliding_attention && !keys.window_theta_key.empty()) {
    return file.positive_number(keys.window_theta_key).value_or(keys.window_theta);
  }
  return file.positive_number(keys.theta_key).value_or(keys.theta);
}

/// Features of a head that are rotated: a fraction, rounded down, of which there are pairs.
std::size_t rotated(const RotaryKeys& keys, const ConfigFile& file, const std::optional<ConfigFile>& section,
                    const Config& config) {
  if (keys.fraction_key.empty()) {
    if (config.head_dim % 2 == 0) return config.head_dim;
    fail(Status::data, "{} is {}; pairs of features are rotated, so it must be even", file.label("head_dim"),
         config.head_dim);
  }
  const auto here = section ? section->positive_number("partial_rotary_factor") : std::nullopt;
  const double fraction = here ? *here : file.positive_number(keys.fraction_key).value_or(keys.fraction);
  const auto dims = static_cast<std::size_t>(static_cast<double>(config.head_dim) * std::min(fraction, 2.0));
  if (fraction <= 1 && dims >= 2 && dims % 2 == 0) return dims;
  fail(Status::data, "{} is {}, which rotates {} of {} features of a head; they must be pairs",
       file.label(keys.fraction_key), fraction, dims, config.head_dim);
}

/// A number that a type of scaling cannot do without.
double needed(const ConfigFile& section, std::string_view key) {
  const auto number = section.positive_number(key);
  if (!number) fail(Status::data, "{} is missing; give a number", section.label(key));
  return *number;
}

/// The numbers that scaling of a type takes.
void read_scaling(const ConfigFile& section, RopeParameters& rope) {
  using enum RopeType;
  rope.factor = section.positive_number("factor");
  if (rope.type == linear || rope.type == dynamic || rope.type == llama3) needed(section, "factor");
  if (rope.type == dynamic && rope.dims == 2) {  // the angles are scaled by a power of dims / (dims - 2)
    fail(Status::data, "{} is 'dynamic', but 2 features of a head are rotated; it needs 4 or more",
         section.label(type_key(section)));
  }
  if (rope.type == llama3) {
    rope.low_freq_factor = needed(section, "low_freq_factor");
    rope.high_freq_factor = needed(section, "high_freq_factor");
  }
  rope.beta_fast = section.positive_number("beta_fast").value_or(rope.beta_fast);
  rope.beta_slow = section.positive_number("beta_slow").value_or(rope.beta_slow);
  rope.mscale = section.positive_number("mscale");
  rope.mscale_all_dim = section.positive_number("mscale_all_dim");
  rope.attention_factor = section.positive_number("attention_factor");
  rope.truncate = section.flag("truncate", true);
  rope.short_factor = section.numbers("short_factor").value_or(std::vector<double>());
  rope.long_factor = section.numbers("long_factor").value_or(std::vector<double>());
}

/// Positions that the model was trained for before its angles were scaled; the one beside the sizes wins.
std::size_t original_positions(const ConfigFile& section, const RotaryKeys& keys, const ConfigFile& file,
                               std::size_t otherwise) {
  constexpr std::string_view key = "original_max_position_embeddings";
  const auto said = file.size({{key}}).value, beside = said ? said : keys.original_otherwise;
  return beside ? *beside : section.size({{key}}).value.value_or(otherwise);
}

void check_longrope(const RopeParameters& rope, const ConfigFile& section) {
  for (const auto& [name, factors] :
       {std::pair("short_factor", &rope.short_factor), std::pair("long_factor", &rope.long_factor)}) {
    if (factors->size() == rope.dims / 2) continue;
    fail(Status::data, "{} has {} numbers; it must have {}, one for each pair of features",
         section.label(name), factors->size(), rope.dims / 2);
  }
}

/// (6) of NTKScalingRotaryEmbedding in the code beside GTE's checkpoints: theta times the factor, and each
/// angle through factor^(2 / dims), as linear scaling does.
void read_ntk(const ConfigFile& section, RopeParameters& rope) {
  const double factor = needed(section, "factor");
  rope.type = RopeType::linear;
  rope.theta *= factor;
  rope.factor = std::pow(factor, 2 / static_cast<double>(rope.dims));
}

}  // namespace

RopeParameters read_rope(const RotaryKeys& keys, const ConfigFile& file, const Config& config,
                         std::string_view kind) {
  auto section = rope_section(file, kind);
  // The older key scales the layers that see all.
  if (kind == sliding_attention && !keys.window_theta_key.empty() && !file.find("rope_parameters")) {
    section.reset();
  }
  RopeParameters rope{.dims = rotated(keys, file, section, config)};
  rope.max_position_embeddings = config.max_position_embeddings;
  rope.interleaved = !keys.interleaved_key.empty() && file.flag(keys.interleaved_key, false);
  rope.theta = theta_of(keys, file, kind);
  if (!section) return rope;
  rope.theta = section->positive_number("rope_theta").value_or(rope.theta);
  if (keys.has_ntk && section->text("type") == "ntk") {
    read_ntk(*section, rope);
    return rope;
  }
  rope.type = type_of(keys, *section);
  if (rope.type == RopeType::plain) return rope;
  read_scaling(*section, rope);
  rope.original_max_position_embeddings =
      original_positions(*section, keys, file, config.max_position_embeddings);
  if (rope.type == RopeType::longrope) check_longrope(rope, *section);
  return rope;
}

void read_attention_kinds(const ConfigKeys& keys, const ConfigFile& file, Config& config) {
  const std::vector<std::string_view> types = types_of(keys.window, file, config);
  config.attention_kinds.clear();
  for (std::size_t layer = 0; layer < types.size(); ++layer) {
    const std::string_view type = types[layer];
    if (type != full_attention && type != sliding_attention) {
      config.unsupported = UnsupportedPart{
          layer, false,
          fmt::format("{} has '{}' for layer {}, which is not supported; only '{}' and '{}' are",
                      file.label("layer_types"), utf8::printable(type), layer, full_attention,
                      sliding_attention)};
      break;
    }
    const auto known = std::ranges::find(config.attention_kinds, type, &AttentionKind::name);
    config.layer_kinds.push_back(static_cast<std::uint8_t>(known - config.attention_kinds.begin()));
    if (known != config.attention_kinds.end()) continue;
    config.attention_kinds.push_back(
        kind_of(type == full_attention ? full_attention : sliding_attention, keys, file, config));
  }
  config.layer_kinds.resize(config.num_layers, 0);
  if (config.attention_kinds.empty()) config.attention_kinds.emplace_back();
}

}  // namespace mha
