#include "report/diff.h"

#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "base/error.h"
#include "base/json.h"

namespace mha {
namespace {

using Named = std::map<std::string, const FileTensor*>;

bool matches(const std::string& name, const std::string& pattern) {
  return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

bool is_left_out(const std::string& name, const DiffRequest& request) {
  const auto ignores = [&](const std::string& pattern) { return matches(name, pattern); };
  if (std::any_of(request.ignored.begin(), request.ignored.end(), ignores)) return true;
  return request.chosen && !matches(name, *request.chosen);
}

/// An array without a name cannot be left out by it.
Named named(const TensorFile& file, const DiffRequest& request) {
  Named tensors;
  for (const FileTensor& tensor : file.tensors()) {
    if (tensor.name.empty() || !is_left_out(tensor.name, request)) tensors.emplace(tensor.name, &tensor);
  }
  return tensors;
}

/// Gives an array without a name that of the other side's only tensor.
void name_array(Named& tensors, const Named& others) {
  if (!tensors.contains("")) return;
  if (others.size() != 1) {
    constexpr std::size_t most_shown = 8;
    std::vector<std::string_view> names;
    for (const auto& [name, tensor] : others) {
      if (names.size() < most_shown) names.push_back(name);
    }
    if (others.size() > most_shown) names.push_back("...");
    fail(Status::usage,
         "one side is an array without a name, the other has {} tensors{}; choose one with --tensor NAME",
         others.size(), others.empty() ? std::string() : fmt::format(" ({})", fmt::join(names, ", ")));
  }
  const std::string& name = others.begin()->first;
  const FileTensor* array = tensors.at("");
  tensors = {{name, array}};
}

Relation relation_of(const Difference& difference) {
  if (difference.unequal == 0) return Relation::equal;
  return difference.beyond == 0 ? Relation::close : Relation::differs;
}

/// Tensors of one name; one of them may be null.
struct Pair {
  const FileTensor* a = nullptr;
  const FileTensor* b = nullptr;
};

bool same_bytes(const FileTensor& a, const FileTensor& b) {
  return a.type == b.type && std::equal(a.bytes.begin(), a.bytes.end(), b.bytes.begin(), b.bytes.end());
}

TensorDiff diff_of(const std::string& name, const Pair& pair, const Tolerance& tolerance) {
  const auto& [a, b] = pair;
  if (b == nullptr) return {name, Relation::only_in_a, a->shape, {}, {}};
  if (a == nullptr) return {name, Relation::only_in_b, {}, b->shape, {}};
  TensorDiff diff{name, Relation::shapes, a->shape, b->shape, {}};
  if (a->shape != b->shape) return diff;
  if (!a->element || !b->element) {
    diff.relation = same_bytes(*a, *b) ? Relation::equal : Relation::types;
    return diff;
  }
  diff.difference = compare(a->view(), b->view(), tolerance);
  diff.relation = relation_of(*diff.difference);
  return diff;
}

bool disagrees(const TensorDiff& diff) { return !is_agreement(diff.relation); }

/// "array" where both files hold one without a name.
std::string shown(const TensorDiff& diff) { return diff.name.empty() ? "array" : diff.name; }

struct RelationName {
  Relation relation;
  std::string_view key, text;
};

constexpr RelationName relation_names[] = {
    {Relation::equal, "equal", "equal"},
    {Relation::close, "close", "close"},
    {Relation::differs, "differs", "differs"},
    {Relation::shapes, "shapes", "other shape"},
    {Relation::types, "bytes", "other bytes"},
    {Relation::only_in_a, "only_in_a", "only in A"},
    {Relation::only_in_b, "only_in_b", "only in B"},
};

const RelationName& name_of(Relation relation) { return relation_names[static_cast<std::size_t>(relation)]; }

std::string shapes_text(const TensorDiff& diff) {
  if (!diff.a || !diff.b) return to_string(diff.a ? *diff.a : *diff.b);
  if (*diff.a == *diff.b) return to_string(*diff.a);
  return fmt::format("{} in A, {} in B", to_string(*diff.a), to_string(*diff.b));
}

std::string figures_text(const TensorDiff& diff) {
  const Difference& d = *diff.difference;
  std::string text =
      fmt::format("max |A-B| {:.3g} at {}", d.absolute.value, position_text(d.absolute.at, *diff.a));
  if (d.relative.value > 0) {
    text += fmt::format(", relative {:.3g} at {}", d.relative.value, position_text(d.relative.at, *diff.a));
  }
  text += fmt::format(", {} ulps, mean {:.3g}, cosine {:.9g}", d.ulps.value, d.mean_absolute, d.cosine);
  const std::size_t count = diff.relation == Relation::close ? d.unequal : d.beyond;
  return text + fmt::format("; {} of {} {}", count, d.count,
                            diff.relation == Relation::close ? "unequal" : "beyond");
}

std::string number_json(double value) { return std::isfinite(value) ? fmt::format("{}", value) : "null"; }

std::string shape_json(const std::optional<Shape>& shape) {
  return shape ? fmt::format("[{}]", fmt::join(*shape, ", ")) : "null";
}

/// The index of a number as a list, null where no number is meant.
std::string index_json(bool exists, std::size_t at, const TensorDiff& diff) {
  return exists ? position_text(at, *diff.a) : "null";
}

std::string figures_json(const TensorDiff& diff) {
  const Difference& d = *diff.difference;
  return fmt::format(
      R"(, "count": {}, "unequal": {}, "beyond": {}, "max_abs": {}, "max_abs_at": {}, "max_rel": {}, "max_rel_at": {}, "max_ulps": {}, "mean_abs": {}, "cosine": {})",
      d.count, d.unequal, d.beyond, number_json(d.absolute.value),
      index_json(d.unequal > 0, d.absolute.at, diff), number_json(d.relative.value),
      index_json(d.relative.value > 0, d.relative.at, diff), d.ulps.value, number_json(d.mean_absolute),
      number_json(d.cosine));
}

std::size_t count_of(const std::vector<TensorDiff>& diffs, Relation relation) {
  return static_cast<std::size_t>(std::count_if(
      diffs.begin(), diffs.end(), [&](const TensorDiff& diff) { return diff.relation == relation; }));
}

}  // namespace

std::vector<std::string> names_in(const TensorFile& file, const DiffRequest& request) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : named(file, request)) {
    if (!name.empty()) {
      names.push_back(name);
    } else if (request.chosen) {
      names.push_back(*request.chosen);
    }
  }
  if (names.empty()) fail(Status::usage, "which tensor of the run is meant? Name it with --tensor NAME");
  return names;
}

std::vector<TensorDiff> diff(const TensorFile& a, const TensorFile& b, const DiffRequest& request) {
  Named in_a = named(a, request), in_b = named(b, request);
  if (!in_a.contains("") || !in_b.contains("")) {
    name_array(in_a, in_b);
    name_array(in_b, in_a);
  }
  std::map<std::string, Pair> pairs;
  for (const auto& [name, tensor] : in_a) pairs[name].a = tensor;
  for (const auto& [name, tensor] : in_b) pairs[name].b = tensor;
  if (pairs.empty()) fail(Status::usage, "there is no tensor to compare; see --ignore and --tensor");
  std::vector<TensorDiff> diffs;
  for (const auto& [name, pair] : pairs) diffs.push_back(diff_of(name, pair, request.tolerance));
  return diffs;
}

std::string diff_text(const std::vector<TensorDiff>& diffs, const DiffRequest& request) {
  std::size_t name_width = 0, shape_width = 0;
  for (const TensorDiff& diff : diffs) {
    name_width = std::max(name_width, shown(diff).size());
    shape_width = std::max(shape_width, shapes_text(diff).size());
  }
  std::string text;
  for (const TensorDiff& diff : diffs) {
    const bool has_figures = diff.difference && diff.relation != Relation::equal;
    std::string line = fmt::format("{:<11}  {:<{}}  {:<{}}", name_of(diff.relation).text, shown(diff),
                                   name_width, shapes_text(diff), has_figures ? shape_width : 0);
    if (has_figures) line += "  " + figures_text(diff);
    text += line + '\n';
  }
  std::vector<std::string> counts;
  for (const RelationName& name : relation_names) {
    const std::size_t count = count_of(diffs, name.relation);
    if (count > 0) counts.push_back(fmt::format("{} {}", count, name.text));
  }
  return text + fmt::format("{} tensor{}: {}; close is |A-B| <= {} + {} |B|\n", diffs.size(),
                            diffs.size() == 1 ? "" : "s", fmt::join(counts, ", "), request.tolerance.atol,
                            request.tolerance.rtol);
}

std::string diff_json(const std::vector<TensorDiff>& diffs, const DiffRequest& request) {
  std::vector<std::string> lines;
  for (const TensorDiff& diff : diffs) {
    lines.push_back(fmt::format(R"(    {{"name": {}, "relation": "{}", "shape_a": {}, "shape_b": {}{}}})",
                                diff.name.empty() ? "null" : json_quote(diff.name),
                                name_of(diff.relation).key, shape_json(diff.a), shape_json(diff.b),
                                diff.difference ? figures_json(diff) : ""));
  }
  return fmt::format(
      "{{\n  \"agree\": {},\n  \"atol\": {},\n  \"rtol\": {},\n  \"tensors\": [\n{}\n  ]\n}}\n",
      std::none_of(diffs.begin(), diffs.end(), disagrees), request.tolerance.atol, request.tolerance.rtol,
      fmt::join(lines, ",\n"));
}

std::optional<std::string> diff_failure(const std::vector<TensorDiff>& diffs) {
  const auto first = std::find_if(diffs.begin(), diffs.end(), disagrees);
  if (first == diffs.end()) return std::nullopt;
  const auto count = std::count_if(diffs.begin(), diffs.end(), disagrees);
  return fmt::format("{} of {} tensor{} disagree{}; the first is {}: {}, {}{}{}", count, diffs.size(),
                     diffs.size() == 1 ? "" : "s", count == 1 ? "s" : "", shown(*first),
                     name_of(first->relation).text, shapes_text(*first), first->difference ? ", " : "",
                     first->difference ? figures_text(*first) : std::string());
}

}  // namespace mha
