#include "report/inspect_totals.h"

#include <fmt/format.h>

#include <array>
#include <set>

#include "report/report.h"

namespace mha {
namespace {

using Tallies = std::vector<std::pair<std::string_view, Tally>>;

void append_if_any(Tallies& tallies, std::string_view name, const Tally& tally) {
  if (tally.tensors > 0) tallies.emplace_back(name, tally);
}

constexpr std::pair<Use, std::string_view> other_uses[] = {
    {Use::tied, "tied"}, {Use::unused, "unused"}, {Use::unknown, "unknown"}};

Tallies by_role(const Inspection& inspection) {
  std::array<Tally, role_count> roles;
  std::array<Tally, std::size(other_uses)> others;
  for (const HeldTensor& tensor : inspection.held) {
    if (tensor.needed) roles[static_cast<std::size_t>(inspection.needed[*tensor.needed].role)].add(tensor);
    for (std::size_t i = 0; i < others.size(); ++i) {
      if (tensor.use == other_uses[i].first) others[i].add(tensor);
    }
  }
  Tallies tallies;
  for (const ModuleRole& role : module_roles) {
    append_if_any(tallies, role.name, roles[static_cast<std::size_t>(role.role)]);
  }
  for (std::size_t i = 0; i < others.size(); ++i) append_if_any(tallies, other_uses[i].second, others[i]);
  return tallies;
}

Tallies by_dtype(const Inspection& inspection) {
  std::array<Tally, std::size(stored_types)> dtypes;
  for (const HeldTensor& tensor : inspection.held) {
    dtypes[static_cast<std::size_t>(tensor.found.tensor.type - stored_types)].add(tensor);
  }
  Tallies tallies;
  for (std::size_t i = 0; i < dtypes.size(); ++i) append_if_any(tallies, stored_types[i].name, dtypes[i]);
  return tallies;
}

}  // namespace

void Tally::add(const HeldTensor& tensor) {
  ++tensors;
  parameters += parameters_of(tensor);
  bytes += bytes_of(tensor);
}

Totals totals_of(const Inspection& inspection) {
  Totals totals{
      .all = {}, .needed = {}, .roles = by_role(inspection), .dtypes = by_dtype(inspection), .files = {}};
  std::set<std::string_view> files;
  for (const HeldTensor& tensor : inspection.held) {
    totals.all.add(tensor);
    if (tensor.use == Use::needed) totals.needed.add(tensor);
    files.insert(file_name(tensor));
  }
  totals.files.assign(files.begin(), files.end());
  return totals;
}

std::string_view to_text(Fit fit) {
  constexpr std::string_view names[] = {"fits", "missing", "misshapen", "dtype", "twice"};
  return names[static_cast<std::size_t>(fit)];
}

std::string role_text(const NeededTensor& needed) {
  const std::string_view name = needed.tensor.name;
  const std::string role = fmt::format("{}{}", info(needed.role).name, name.substr(name.rfind('.')));
  if (needed.layers.empty()) return role;
  return fmt::format("layers.{}.{}", ranges_text(needed.layers), role);
}

std::string_view file_name(const HeldTensor& tensor) {
  const std::string_view path = tensor.found.file;
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

}  // namespace mha
