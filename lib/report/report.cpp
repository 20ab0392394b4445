#include "report/report.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "base/nearest.h"

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

}  // namespace

const std::vector<DimensionName>& dimension_names() {
  static const std::vector<DimensionName> names = {
      {"embed_dim", "features of a token", [](const Run& r) { return decimal(r.model.config.hidden_size); }},
      {"num_heads", "heads of queries",
       [](const Run& r) { return decimal(r.model.config.num_attention_heads); }},
      {"num_kv_heads", "heads of keys and values",
       [](const Run& r) { return decimal(r.model.config.num_key_value_heads); }},
      {"head_dim", "features of a head", [](const Run& r) { return decimal(r.model.config.head_dim); }},
      {"vocab_size", "rows of the embedding",
       [](const Run& r) { return decimal(r.model.config.vocab_size); }},
      {"num_layers", "layers", [](const Run&) { return std::string("1"); }},
      {"batch", "sequences", [](const Run& r) { return decimal(r.dimensions.batch); }},
      {"tokens", "tokens of the longest sequence",
       [](const Run& r) { return decimal(r.dimensions.queries); }},
      {"seed", "seed of the random weights", [](const Run& r) { return decimal(r.model.seed); }},
      {"dtype", "arithmetic", [](const Run& r) { return std::string(to_text(r.options.dtype)); }},
  };
  return names;
}

std::string value_text(const Run& run, std::string_view name) {
  if (const DimensionName* dimension = find_dimension(name)) return dimension->text(run);
  check_value_name(name, run.dimensions.cross_attention);
  return to_string(find_tensor(name, run.dimensions.cross_attention).shape_of(run.dimensions));
}

void check_value_name(std::string_view name, bool cross_attention) {
  if (find_dimension(name) != nullptr) return;
  std::vector<std::string_view> names;
  for (const DimensionName& dimension : dimension_names()) names.push_back(dimension.name);
  for (const TensorName* tensor : tensors_of(true)) names.push_back(tensor->name);
  if (std::find(names.begin(), names.end(), name) != names.end()) {
    find_tensor(name, cross_attention);
    return;
  }
  fail(Status::usage, "no value '{}'{}; there are: {}", name, did_you_mean(name, names),
       fmt::join(names, ", "));
}

std::string mask_text(const MaskRequest& mask) {
  std::vector<std::string> parts;
  if (mask.causal) parts.emplace_back("causal");
  if (mask.window) parts.push_back(fmt::format("window {}", *mask.window));
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
