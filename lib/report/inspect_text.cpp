#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/memory.h"
#include "base/utf8.h"
#include "report/inspect.h"
#include "report/inspect_totals.h"
#include "report/report.h"

namespace mha {
namespace {

/// Tensors of a kind that are named one by one; --tensors lists all.
constexpr std::size_t most_named = 16;

std::string line(std::string_view name, const std::string& value) {
  return fmt::format("{:<24}{}\n", name, value);
}

std::string count_line(std::string_view name, std::size_t count) {
  return line(name, fmt::format("{}", count));
}

std::string sizes_text(const Config& sizes) {
  std::string text;
  for (const SizeName& size : size_names) {
    if (size.exists(sizes)) text += count_line(size.name, sizes.*size.member);
  }
  return text;
}

std::string heading(std::string_view name) {
  return fmt::format("\n{:<24}{:>8}  {:>12}  {:>14}\n", name, "tensors", "parameters", "bytes");
}

std::string tallies_text(std::string_view name,
                         const std::vector<std::pair<std::string_view, Tally>>& tallies) {
  std::string text = heading(name);
  for (const auto& [key, tally] : tallies) {
    text += fmt::format("{:<24}{:>8}  {:>12}  {:>14}\n", key, tally.tensors, tally.parameters, tally.bytes);
  }
  return text;
}

/// "2.78 G": powers of 1000.
std::string scaled(double number) {
  constexpr std::string_view units[] = {"", "k", "M", "G", "T", "P", "E"};
  std::size_t unit = 0;
  for (; number >= 999.5 && unit + 1 < std::size(units); ++unit) number /= 1000;
  return fmt::format("{:.3g} {}", number, units[unit]);
}

std::string cost_text(const Inspection& inspection, const Totals& totals, std::size_t tokens) {
  const RunCost cost = cost_of(*inspection.sizes, tokens);
  std::string text = fmt::format("\n{:<24}one sequence through all layers, float32\n",
                                 fmt::format("{} token{}", tokens, tokens == 1 ? "" : "s"));
  text += line("operations", scaled(cost.operations) + "FLOP");
  text += line("weights", to_size_text(totals.needed.bytes) + " in the file");
  text += line("activations", to_size_text(cost.activations) + " beside them");
  text += line("attention", to_size_text(cost.attention) + " if the weights of all heads are kept");
  if (inspection.positions && tokens > *inspection.positions) {
    text += line("", fmt::format("but the model has positions for {} tokens only", *inspection.positions));
  }
  return text;
}

std::string problem_text(const Inspection& inspection, const NeededTensor& needed) {
  const std::string name = fmt::format("{:<12}{}", to_text(needed.fit), role_text(needed));
  const std::string wanted = to_string(needed.tensor.shape);
  if (!needed.held) return fmt::format("{}: {} {}\n", name, needed.tensor.name, wanted);
  const StoredTensor& found = inspection.held[*needed.held].found.tensor;
  const std::string shown = fmt::format("{}: {}", name, utf8::printable(found.name));
  if (needed.fit == Fit::twice) return fmt::format("{} and {}\n", shown, utf8::printable(needed.second));
  if (needed.fit == Fit::not_computable) {
    return fmt::format("{} is {}; only F32, F64, F16 and BF16 can be computed with\n", shown,
                       found.type->name);
  }
  return fmt::format("{} is {}, but config.json says {}\n", shown, to_string(found.shape), wanted);
}

std::string problems_text(const Inspection& inspection) {
  std::string text;
  if (inspection.refusal) text += fmt::format("{:<12}{}\n", "refused", *inspection.refusal);
  if (const auto limit = limit_of(inspection)) text += fmt::format("{:<12}{}\n", "limited", *limit);
  if (!inspection.absent_layers.empty()) {
    text += fmt::format("{:<12}layers.{}: no tensor of theirs\n", "missing",
                        ranges_text(inspection.absent_layers));
  }
  for (const NeededTensor& needed : inspection.needed) {
    if (needed.fit != Fit::fits) text += problem_text(inspection, needed);
  }
  return text.empty() ? text : '\n' + text;
}

std::string spare_text(const Inspection& inspection, Use use, std::string_view name) {
  std::string text;
  std::size_t count = 0;
  for (const HeldTensor& tensor : inspection.held) {
    if (tensor.use != use || ++count > most_named) continue;
    const StoredTensor& stored = tensor.found.tensor;
    text += fmt::format("{:<12}{} {} {}\n", name, utf8::printable(stored.name), to_string(stored.shape),
                        stored.type->name);
  }
  if (count > most_named) {
    text += fmt::format("{:<12}... and {} more; --tensors lists all\n", name, count - most_named);
  }
  return text.empty() ? text : '\n' + text;
}

}  // namespace

std::string inspection_text(const Inspection& inspection, const InspectOptions& options) {
  const Totals totals = totals_of(inspection);
  std::string text = line("model", utf8::printable(inspection.model));
  if (inspection.model_type) text += line("model_type", utf8::printable(*inspection.model_type));
  if (inspection.sizes) text += sizes_text(*inspection.sizes);
  text += count_line("parameters", totals.all.parameters);
  text += count_line("tensors", totals.all.tensors);
  text += count_line("files", totals.files.size());
  text += line("bytes", fmt::format("{} ({})", totals.all.bytes, to_size_text(totals.all.bytes)));
  text += tallies_text("role", totals.roles) + tallies_text("dtype", totals.dtypes);
  if (inspection.sizes) text += cost_text(inspection, totals, options.tokens);
  text += problems_text(inspection);
  text += spare_text(inspection, Use::tied, "tied");
  return text + spare_text(inspection, Use::unused, "unused");
}

std::optional<std::string> inspection_failure(const Inspection& inspection) {
  if (inspection.refusal) return inspection.refusal;
  std::vector<std::string> counts;
  if (const std::size_t count = inspection.absent_layers.size(); count > 0) {
    counts.push_back(fmt::format("{} layer{} missing ({})", count, count == 1 ? " is" : "s are",
                                 ranges_text(inspection.absent_layers)));
  }
  std::size_t bad = 0;
  const NeededTensor* first = nullptr;
  for (const NeededTensor& needed : inspection.needed) {
    if (needed.fit == Fit::fits) continue;
    if (++bad == 1) first = &needed;
  }
  if (first != nullptr) {
    std::string problem = problem_text(inspection, *first);
    problem.pop_back();
    problem.erase(0, problem.find_first_not_of(' ', to_text(first->fit).size()));
    counts.push_back(fmt::format("{} tensor{} missing or unfit, the first {} {}", bad,
                                 bad == 1 ? " is" : "s are", to_text(first->fit), problem));
  }
  if (counts.empty()) return std::nullopt;
  return fmt::format("{}: {}; a run that needs them is refused", utf8::printable(inspection.model),
                     fmt::join(counts, ", and "));
}

}  // namespace mha
