#include "report/saved_tables.h"

namespace mha {
namespace {

/// Rows of `links` unless --top says otherwise.
constexpr std::size_t default_links = 100;

}  // namespace

Table stats_of(const Run& run) {
  return heads_table(sorted(head_stats(weight_maps(run)), run.presentation.sort));
}

Table links_of(const Run& run) {
  const AttentionMaps maps = weight_maps(run);
  const std::size_t count = run.presentation.top > 0 ? run.presentation.top : default_links;
  return links_table(strongest_links(maps, count), maps);
}

const SavedTable* find_table(std::string_view name) {
  for (const SavedTable& table : saved_tables) {
    if (table.name == name) return &table;
  }
  return nullptr;
}

}  // namespace mha
