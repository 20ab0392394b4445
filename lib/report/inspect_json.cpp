#include <fmt/ranges.h>

#include <utility>

#include "base/json.h"
#include "base/json_optional.h"
#include "base/utf8.h"
#include "report/inspect.h"
#include "report/inspect_totals.h"

namespace mha {
namespace {

/// Raised when a key changes its meaning or goes; new keys may come without.
constexpr int schema = 1;

std::string text_json(const std::optional<std::string>& text) {
  return text ? json_quote(utf8::replace_invalid(*text)) : "null";
}

std::string shape_json(const Shape& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

/// A list or object over several lines.
std::string block(const std::vector<std::string>& lines, std::string_view brackets) {
  if (lines.empty()) return std::string(brackets);
  return fmt::format("{}\n    {}\n  {}", brackets[0], fmt::join(lines, ",\n    "), brackets[1]);
}

std::string sizes_json(const std::optional<Config>& sizes) {
  if (!sizes) return "null";
  std::vector<std::string> lines;
  for (const SizeName& size : size_names) {
    if (size.exists(*sizes)) lines.push_back(fmt::format("\"{}\": {}", size.name, (*sizes).*size.member));
  }
  return block(lines, "{}");
}

std::string tallies_json(const std::vector<std::pair<std::string_view, Tally>>& tallies) {
  std::vector<std::string> lines;
  for (const auto& [name, tally] : tallies) {
    lines.push_back(fmt::format(R"("{}": {{"tensors": {}, "parameters": {}, "bytes": {}}})", name,
                                tally.tensors, tally.parameters, tally.bytes));
  }
  return block(lines, "{}");
}

std::string cost_json(const Inspection& inspection, const Totals& totals, std::size_t tokens) {
  if (!inspection.sizes) return "null";
  const RunCost cost = cost_of(*inspection.sizes, tokens);
  return fmt::format(
      R"({{"tokens": {}, "flops": {:.0f}, "weight_bytes": {}, "activation_bytes": {}, "attention_bytes": {}}})",
      cost.tokens, cost.operations, totals.needed.bytes, cost.activations, cost.attention);
}

std::string role_members(const NeededTensor& needed) {
  return fmt::format(R"("role": "{}", "layers": [{}])", info(needed.role).name,
                     fmt::join(needed.layers, ", "));
}

std::string problem_json(const Inspection& inspection, const NeededTensor& needed) {
  std::string name(needed.tensor.name), found = "null", dtype = "null";
  if (needed.held) {
    const StoredTensor& tensor = inspection.held[*needed.held].found.tensor;
    name = tensor.name;
    found = shape_json(tensor.shape);
    dtype = fmt::format("\"{}\"", tensor.type->name);
  }
  return fmt::format(
      R"({{"name": {}, {}, "problem": "{}", "wanted": {}, "found": {}, "dtype": {}, "second": {}}})",
      json_quote(name), role_members(needed), to_text(needed.fit), shape_json(needed.tensor.shape), found,
      dtype, needed.second.empty() ? "null" : json_quote(needed.second));
}

std::string problems_json(const Inspection& inspection) {
  std::vector<std::string> lines;
  for (const NeededTensor& needed : inspection.needed) {
    if (needed.fit != Fit::fits) lines.push_back(problem_json(inspection, needed));
  }
  return block(lines, "[]");
}

std::string names_json(const Inspection& inspection, Use use) {
  std::vector<std::string> lines;
  for (const HeldTensor& tensor : inspection.held) {
    if (tensor.use == use) lines.push_back(json_quote(tensor.found.tensor.name));
  }
  return block(lines, "[]");
}

std::string stats_json(const ListedTensor& tensor) {
  if (!tensor.stats) return "null";
  const TensorStats& stats = *tensor.stats;
  return fmt::format(
      R"({{"count": {}, "min": {}, "max": {}, "mean": {}, "std": {}, "zeros": {}, "nan": {}, "inf": {}, "first_bad": {}}})",
      stats.count, json_or_null(stats.min), json_or_null(stats.max), json_or_null(stats.mean),
      json_or_null(stats.deviation), stats.zeros, stats.nans, stats.infinities,
      stats.first_bad ? position_text(*stats.first_bad, tensor.held.found.tensor.shape) : "null");
}

std::string use_json(const Inspection& inspection, const HeldTensor& tensor) {
  if (tensor.needed) return role_members(inspection.needed[*tensor.needed]);
  return fmt::format(R"("role": {}, "layers": [])", tensor.use == Use::tied     ? "\"tied\""
                                                    : tensor.use == Use::unused ? "\"unused\""
                                                                                : "null");
}

std::string tensors_json(const Inspection& inspection, const std::vector<ListedTensor>& tensors) {
  std::vector<std::string> lines;
  lines.reserve(tensors.size());
  for (const ListedTensor& tensor : tensors) {
    const StoredTensor& stored = tensor.held.found.tensor;
    lines.push_back(
        fmt::format(R"({{"name": {}, "shape": {}, "dtype": "{}", "file": {}, "bytes": {}, {}, "stats": {}}})",
                    json_quote(stored.name), shape_json(stored.shape), stored.type->name,
                    json_quote(file_name(tensor.held)), bytes_of(tensor.held),
                    use_json(inspection, tensor.held), stats_json(tensor)));
  }
  return block(lines, "[]");
}

std::string files_json(const Totals& totals) {
  std::vector<std::string> quoted;
  for (const std::string& file : totals.files) quoted.push_back(json_quote(file));
  return fmt::format("[{}]", fmt::join(quoted, ", "));
}

}  // namespace

std::string inspection_json(const Inspection& inspection, const InspectOptions& options,
                            const std::vector<ListedTensor>& tensors) {
  const Totals totals = totals_of(inspection);
  const bool listed = options.all_tensors || !options.chosen.empty();
  std::string text = fmt::format("{{\n  \"schema\": {}", schema);
  const auto member = [&](std::string_view name, const std::string& value) {
    text += fmt::format(",\n  \"{}\": {}", name, value);
  };
  member("model", text_json(inspection.model));
  member("model_type", text_json(inspection.model_type));
  member("sizes", sizes_json(inspection.sizes));
  member("max_tokens", json_or_null(inspection.positions));
  member("parameters", fmt::format("{}", totals.all.parameters));
  member("bytes", fmt::format("{}", totals.all.bytes));
  member("files", files_json(totals));
  member("roles", tallies_json(totals.roles));
  member("dtypes", tallies_json(totals.dtypes));
  member("run", cost_json(inspection, totals, options.tokens));
  member("refused", text_json(inspection.refusal));
  member("limited", text_json(limit_of(inspection)));
  member("missing_layers", fmt::format("[{}]", fmt::join(inspection.absent_layers, ", ")));
  member("problems", problems_json(inspection));
  member("tied", names_json(inspection, Use::tied));
  member("unused", names_json(inspection, Use::unused));
  member("tensors", listed ? tensors_json(inspection, tensors) : "null");
  return text + "\n}\n";
}

}  // namespace mha
