#include "model/config.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/nearest.h"
#include "base/utf8.h"

namespace mha {
namespace {

constexpr std::size_t max_config_bytes = std::size_t{16} << 20;

/// No size of a model comes near this; products of two stay far from overflow.
constexpr std::size_t max_size = std::size_t{1} << 31;

/// Each head is drawn as modules of its own, so their number alone takes memory.
constexpr std::size_t max_heads = std::size_t{1} << 16;

/// Draws of the generator for one embedding: PyTorch would need 256 GiB for it.
constexpr std::size_t max_embedding = std::size_t{1} << 36;

/// A size and where it comes from, for errors.
struct Setting {
  std::optional<std::size_t> value;
  std::string source;  ///< "config.json: ", or nothing for an option
  std::string name;    ///< "num_attention_heads" or "--num-heads"

  std::string label() const { return source + name; }
  Status blame() const { return source.empty() ? Status::usage : Status::data; }

  void override_by(std::optional<std::size_t> given, const char* option) {
    if (given) *this = {given, "", option};
  }
};

struct Settings {
  Setting vocab_size, hidden_size, num_heads, num_kv_heads, head_dim;
};

/// The keys that families use for one size, the most common first.
struct Key {
  Setting Settings::*setting;
  std::vector<std::string_view> names;
};

const std::vector<Key>& keys() {
  static const std::vector<Key> all = {
      {&Settings::vocab_size, {"vocab_size"}},
      {&Settings::hidden_size, {"hidden_size", "n_embd", "d_model", "dim"}},
      {&Settings::num_heads, {"num_attention_heads", "n_head", "n_heads", "num_heads"}},
      {&Settings::num_kv_heads, {"num_key_value_heads"}},
      {&Settings::head_dim, {"head_dim", "d_kv"}},
  };
  return all;
}

Setting read_setting(const JsonValue& config, const Key& key, const std::string& source) {
  Setting setting{std::nullopt, source + ": ", std::string(key.names.front())};
  for (std::string_view name : key.names) {
    const auto member = config.find(name);
    if (!member || member->is_null()) continue;
    setting.name = name;
    const auto number = member->integer();
    if (!number || *number < 1) {
      fail(Status::data, "{} is {}; it must be a whole number from 1 on", setting.label(),
           member->describe());
    }
    setting.value = static_cast<std::size_t>(*number);
    break;
  }
  return setting;
}

Settings read_file_settings(const std::string& path) {
  std::error_code ignored;  // what cannot be looked at cannot be read either, which says why
  const bool folder = std::filesystem::is_directory(path, ignored);
  const std::string file = folder ? (std::filesystem::path(path) / "config.json").string() : path;
  const std::string source = utf8::printable(file);
  const JsonDocument document(read_file(file, max_config_bytes), source);
  const JsonValue config = document.root();
  if (!config.is_object()) fail(Status::data, "{}: not a JSON object", source);
  Settings settings;
  for (const Key& key : keys()) settings.*key.setting = read_setting(config, key, source);
  return settings;
}

Settings preset_settings(const Preset& preset) {
  const std::string source = std::string(preset.name) + ": ";
  return {.vocab_size = {preset.vocab_size, source, "vocab_size"},
          .hidden_size = {preset.hidden_size, source, "hidden_size"},
          .num_heads = {preset.num_attention_heads, source, "num_attention_heads"},
          .num_kv_heads = {std::nullopt, source, "num_key_value_heads"},
          .head_dim = {std::nullopt, source, "head_dim"}};
}

Settings base_settings(const std::string& config) {
  std::vector<std::string_view> names;
  for (const Preset& preset : presets) {
    if (preset.name == config) return preset_settings(preset);
    names.push_back(preset.name);
  }
  const bool looks_like_file = config.find_first_of("/.") != std::string::npos;
  std::error_code error;
  const bool absent =
      std::filesystem::symlink_status(config, error).type() == std::filesystem::file_type::not_found;
  if (looks_like_file || !absent) return read_file_settings(config);
  fail(Status::usage, "--config {}: no such preset or file{}; presets: {}", utf8::printable(config),
       did_you_mean(config, names), fmt::join(names, ", "));
}

std::size_t require(const Setting& setting, std::size_t most = max_size) {
  if (!setting.value)
    fail(setting.blame(), "{} is missing; give it in the file or as an option", setting.label());
  if (*setting.value > most) {
    fail(Status::limit, "{} is {}; more than {} is not supported", setting.label(), *setting.value, most);
  }
  return *setting.value;
}

/// "6, 8": the divisors of `number` next to `wanted`, below and above.
std::string nearest_divisors(std::size_t number, std::size_t wanted) {
  std::optional<std::size_t> below, above;
  for (std::size_t d = 1; d * d <= number; ++d) {
    if (number % d != 0) continue;
    for (std::size_t divisor : {d, number / d}) {
      if (divisor < wanted) below = std::max(below.value_or(divisor), divisor);
      if (divisor > wanted) above = std::min(above.value_or(divisor), divisor);
    }
  }
  if (below && above) return fmt::format("{}, {}", *below, *above);
  return fmt::format("{}", below ? *below : above.value_or(number));
}

void require_divisor(const Setting& divisor, const Setting& number, const char* otherwise) {
  if (*number.value % *divisor.value == 0) return;
  const Status blame = divisor.blame() == Status::usage ? Status::usage : number.blame();
  fail(blame, "{} is {}, which does not divide {} {} (nearest: {}){}", divisor.label(), *divisor.value,
       number.name, *number.value, nearest_divisors(*number.value, *divisor.value), otherwise);
}

}  // namespace

Config load_config(const ConfigRequest& request) {
  Settings settings = base_settings(request.config);
  settings.vocab_size.override_by(request.vocab_size, "--vocab-size");
  settings.hidden_size.override_by(request.hidden_size, "--hidden-size");
  settings.num_heads.override_by(request.num_heads, "--num-heads");
  settings.num_kv_heads.override_by(request.num_kv_heads, "--num-kv-heads");
  settings.head_dim.override_by(request.head_dim, "--head-dim");

  Config config{.vocab_size = require(settings.vocab_size),
                .hidden_size = require(settings.hidden_size),
                .num_attention_heads = require(settings.num_heads, max_heads),
                .num_key_value_heads = 0,
                .head_dim = 0};
  if (!settings.num_kv_heads.value) settings.num_kv_heads.value = config.num_attention_heads;
  config.num_key_value_heads = require(settings.num_kv_heads, max_heads);
  require_divisor(settings.num_kv_heads, settings.num_heads, "");
  if (!settings.head_dim.value) {
    require_divisor(settings.num_heads, settings.hidden_size, "; or give --head-dim");
    settings.head_dim.value = config.hidden_size / config.num_attention_heads;
  }
  config.head_dim = require(settings.head_dim);
  if (config.vocab_size * config.hidden_size > max_embedding) {
    fail(Status::limit,
         "an embedding of {} x {} has more than {} numbers; give a smaller vocab_size or hidden_size",
         config.vocab_size, config.hidden_size, max_embedding);
  }
  return config;
}

}  // namespace mha
