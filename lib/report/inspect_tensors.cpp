#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>

#include "base/error.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "report/inspect.h"
#include "report/inspect_totals.h"

namespace mha {
namespace {

/// Names longer than this are not lined up with: a name may have a million characters.
constexpr std::size_t most_width = 80;

constexpr std::size_t few_names = 3;

using Chosen = std::vector<const HeldTensor*>;

/// The tensor of that name; else the one that the model calls so; else those that the pattern fits.
Chosen choose(const Inspection& inspection, const std::string& wanted) {
  Chosen matches;
  const auto stored = inspection.checkpoint->stored_name(wanted);
  for (const HeldTensor& tensor : inspection.held) {
    const std::string_view name = tensor.found.tensor.name;
    const bool fits = stored ? name == *stored : ::fnmatch(wanted.c_str(), std::string(name).c_str(), 0) == 0;
    if (fits) matches.push_back(&tensor);
  }
  if (!matches.empty()) return matches;
  std::string near;
  for (const std::string_view name : nearest_few(wanted, inspection.checkpoint->names(), few_names)) {
    near += fmt::format("{}'{}'", near.empty() ? "; nearest are " : ", ", utf8::printable(name));
  }
  fail(Status::usage, "--tensor {}: no such tensor in {}{}; --tensors lists all", utf8::printable(wanted),
       utf8::printable(inspection.model), near);
}

Chosen chosen(const Inspection& inspection, const InspectOptions& options) {
  Chosen tensors;
  if (options.all_tensors) {
    for (const HeldTensor& tensor : inspection.held) tensors.push_back(&tensor);
    return tensors;
  }
  for (const std::string& wanted : options.chosen) {
    for (const HeldTensor* tensor : choose(inspection, wanted)) {
      if (std::ranges::find(tensors, tensor) == tensors.end()) tensors.push_back(tensor);
    }
  }
  return tensors;
}

std::string number_text(const std::optional<double>& number) {
  return number ? fmt::format("{:.6g}", *number) : "-";
}

std::vector<std::string> stats_cells(const ListedTensor& tensor) {
  if (!tensor.stats) return {"-", "-", "-", "-", "-", "-", "-", "-"};
  const TensorStats& stats = *tensor.stats;
  return {number_text(stats.min),
          number_text(stats.max),
          number_text(stats.mean),
          number_text(stats.deviation),
          fmt::format("{}", stats.zeros),
          fmt::format("{}", stats.nans),
          fmt::format("{}", stats.infinities),
          stats.first_bad ? position_text(*stats.first_bad, tensor.held.found.tensor.shape) : "-"};
}

std::string use_text(const Inspection& inspection, const HeldTensor& tensor) {
  switch (tensor.use) {
    case Use::needed:
      return role_text(inspection.needed[*tensor.needed]);
    case Use::tied:
      return "tied";
    case Use::unused:
      return "unused";
    case Use::unknown:
      break;
  }
  return "-";
}

using Row = std::vector<std::string>;

Row row_of(const Inspection& inspection, const ListedTensor& tensor, bool with_stats) {
  const StoredTensor& stored = tensor.held.found.tensor;
  Row row{utf8::printable(stored.name), to_string(stored.shape), std::string(stored.type->name),
          std::string(file_name(tensor.held)), use_text(inspection, tensor.held)};
  if (with_stats) std::ranges::move(stats_cells(tensor), std::back_inserter(row));
  return row;
}

/// Columns side by side, two spaces apart.
std::string aligned(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i].size() <= most_width) widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      text += row[i];
      text.append(2 + widths[i] - std::min(widths[i], row[i].size()), ' ');
    }
    text += row.back() + '\n';
  }
  return text;
}

}  // namespace

std::vector<ListedTensor> listed_tensors(const Inspection& inspection, const InspectOptions& options) {
  std::vector<ListedTensor> listed;
  for (const HeldTensor* tensor : chosen(inspection, options)) {
    const bool read = options.stats && has_stats(*tensor->found.tensor.type);
    listed.push_back({*tensor, read ? std::optional(tensor_stats(tensor->found)) : std::nullopt});
  }
  return listed;
}

std::string tensors_text(const Inspection& inspection, const std::vector<ListedTensor>& tensors) {
  const bool with_stats =
      std::ranges::any_of(tensors, [](const ListedTensor& tensor) { return tensor.stats.has_value(); });
  Row headings{"tensor", "shape", "dtype", "file", "role"};
  if (with_stats) {
    for (const char* heading : {"min", "max", "mean", "std", "zeros", "nan", "inf", "first bad"})
      headings.emplace_back(heading);
  }
  std::vector<Row> rows{headings};
  rows.reserve(tensors.size() + 1);
  for (const ListedTensor& tensor : tensors) rows.push_back(row_of(inspection, tensor, with_stats));
  return aligned(rows);
}

}  // namespace mha
