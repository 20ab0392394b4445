#include "report/report.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/nearest.h"
#include "base/utf8.h"

namespace mha {
namespace {

template <class Number>
std::string decimal(Number number) {
  return fmt::format("{}", number);
}

const DimensionName* find_dimension(std::string_view name) {
  const auto& all = dimension_names();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const DimensionName& d) { return d.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string causal_text(const Run& run) {
  const bool causal = run.options.mask.causal, of_model = run.model.config.causal;
  if (causal) return of_model || run.model.family == nullptr ? "causal" : "causal, which the model is not";
  return of_model ? "not causal, which the model is" : "";
}

/// "window 4 in layers 0,2": those of the model; or the one that is given for all.
std::string window_text(const Run& run) {
  const MaskRequest& mask = run.options.mask;
  const Config& config = run.model.config;
  if (mask.window) {
    return fmt::format("window {}{}", *mask.window, config.has_windows() ? " in place of the model's" : "");
  }
  if (!mask.windows_of_model) return config.has_windows() ? "no window, though the model has some" : "";
  std::map<std::size_t, std::vector<std::size_t>> layers;
  for (const std::size_t layer : run.dimensions().layers) {
    if (const auto window = config.attention_of(layer).window) layers[*window].push_back(layer);
  }
  std::vector<std::string> parts;
  for (const auto& [window, those] : layers) {
    parts.push_back(
        fmt::format("window {} in layer{} {}", window, those.size() == 1 ? "" : "s", ranges_text(those)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

const std::vector<DimensionName>& dimension_names() {
  const auto always = [](const RunKind&) { return true; };
  const auto of_checkpoint = [](const RunKind& kind) { return kind.checkpoint; };
  const auto of_random = [](const RunKind& kind) { return !kind.checkpoint && !kind.attention_alone(); };
  const auto of_model = [](const RunKind& kind) { return !kind.attention_alone(); };
  static const std::vector<DimensionName> names = {
      {"model", "the checkpoint, as it was asked for", false, of_checkpoint,
       [](const Run& r) { return r.model.name; }},
      {"model_type", "its family", false, of_checkpoint,
       [](const Run& r) { return std::string(r.model.family->model_type); }},
      {"embed_dim", "features of a token", true, of_model,
       [](const Run& r) { return decimal(r.model.config.hidden_size); }},
      {"num_heads", "heads of queries", true, always,
       [](const Run& r) { return decimal(r.model.config.num_attention_heads); }},
      {"num_kv_heads", "heads of keys and values", true, always,
       [](const Run& r) { return decimal(r.model.config.num_key_value_heads); }},
      {"head_dim", "features of a head", true, always,
       [](const Run& r) { return decimal(r.model.config.head_dim); }},
      {"vocab_size", "rows of the embedding", true, of_model,
       [](const Run& r) { return decimal(r.model.config.vocab_size); }},
      {"num_layers", "layers", true, of_model,
       [](const Run& r) { return decimal(r.model.config.num_layers); }},
      {"batch", "sequences", true, always, [](const Run& r) { return decimal(r.dimensions().batch); }},
      {"tokens", "tokens of the longest sequence", true, always,
       [](const Run& r) { return decimal(r.dimensions().queries); }},
      {"seed", "seed of the random weights", true, of_random,
       [](const Run& r) { return decimal(r.model.seed.value_or(0)); }},
      {"dtype", "arithmetic", false, always,
       [](const Run& r) { return std::string(to_text(r.options.dtype)); }},
  };
  return names;
}

bool has_dimension(std::string_view name, const RunKind& kind) {
  const DimensionName* dimension = find_dimension(name);
  return dimension != nullptr && dimension->exists(kind);
}

std::string value_text(const Run& run, std::string_view name) {
  check_value_name(name, run.dimensions().kind);
  if (const DimensionName* dimension = find_dimension(name)) return dimension->text(run);
  return to_string(find_tensors(name, run.dimensions()).front().tensor->shape_of(run.dimensions()));
}

void check_value(std::string_view name, const Dimensions& dimensions) {
  check_value_name(name, dimensions.kind);
  if (find_dimension(name) == nullptr) find_tensors(name, dimensions);
}

void check_value_name(std::string_view name, const RunKind& kind) {
  if (const DimensionName* dimension = find_dimension(name)) {
    if (dimension->exists(kind)) return;
    if (kind.attention_alone()) {
      fail(Status::usage, "there is no value '{}' with --query and --key: there is attention alone, no model",
           name);
    }
    fail(Status::usage, "there is a value '{}' only {} --model", name, kind.checkpoint ? "without" : "with");
  }
  std::vector<std::string_view> names;
  for (const DimensionName& dimension : dimension_names()) {
    if (dimension.exists(kind)) names.push_back(dimension.name);
  }
  bool is_tensor = short_name(name) != name;  // only they have a layer before their name
  for (const auto* table : {&activation_names(), &parameter_names(), &summary_names()}) {
    for (const TensorName& tensor : *table) {
      is_tensor = is_tensor || tensor.name == short_name(name);
      if (exists(tensor, kind)) names.push_back(tensor.name);
    }
  }
  if (is_tensor) return check_tensor_name(name, kind);
  fail(Status::usage, "no value '{}'{}; there are: {}", utf8::printable(name), did_you_mean(name, names),
       fmt::join(names, ", "));
}

std::string ranges_text(const std::vector<std::size_t>& numbers) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t end = i + 1;
    while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1) ++end;
    parts.push_back(end - i == 1 ? decimal(numbers[i]) : fmt::format("{}-{}", numbers[i], numbers[end - 1]));
    i = end;
  }
  return fmt::format("{}", fmt::join(parts, ","));
}

std::vector<std::optional<std::size_t>> windows_of(const Run& run) {
  const MaskRequest& mask = run.options.mask;
  std::vector<std::optional<std::size_t>> windows;
  for (const std::size_t layer : run.dimensions().layers) {
    windows.push_back(mask.windows_of_model ? run.model.config.attention_of(layer).window : mask.window);
  }
  return windows;
}

std::string mask_text(const Run& run) {
  const MaskRequest& mask = run.options.mask;
  std::vector<std::string> parts;
  if (const auto text = causal_text(run); !text.empty()) parts.push_back(text);
  if (const auto text = window_text(run); !text.empty()) parts.push_back(text);
  if (!mask.query_masks.empty()) parts.emplace_back("query mask");
  if (!mask.key_masks.empty()) parts.emplace_back("key mask");
  if (mask.general)
    parts.push_back(fmt::format("{} of {}", to_string(mask.general->shape), mask.general->source));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string_view to_text(MaskedRows rows) {
  return rows == MaskedRows::zero ? "zero" : rows == MaskedRows::nan ? "nan" : "uniform";
}

std::string_view to_text(DType dtype) { return dtype == DType::float64 ? "float64" : "float32"; }

}  // namespace mha
