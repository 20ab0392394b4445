// Numbers about heads: what a head attends to, summed up.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/maps.h"
#include "report/table.h"

namespace mha {

/// One query's weights over its keys.
struct AttentionRow {
  std::span<const double> weights;
  std::size_t query;
  const std::vector<Label>& keys;
};

/// A number about a head: the mean over all queries, of all sequences, for which it has a value. Queries that
/// may attend to nothing, whose weights are all 0, do not count.
struct Statistic {
  std::string_view name;
  std::string_view meaning;
  std::string_view source;  ///< paper, where one defines it
  bool within_text;         ///< needs queries and keys of the same text
  std::optional<double> (*of)(const AttentionRow&);
};

/// In the order in which they are shown.
std::span<const Statistic> statistics();

/// A head and its statistics, in the order of statistics(); without a value where no query has one.
struct HeadStats {
  MapName name;
  std::vector<std::optional<double>> values;
};

/// The statistics of each of the maps.
std::vector<HeadStats> head_stats(const AttentionMaps& maps);

/// Sorted by a statistic: "entropy" largest first, "-entropy" smallest first, heads without a value last,
/// equal ones as they were. "head" (and nothing) leaves the order of layers and heads. Throws Error(usage)
/// with the nearest name.
std::vector<HeadStats> sorted(std::vector<HeadStats> stats, const std::optional<std::string>& by);

/// Throws Error(usage) as sorted does.
void check_sort(const std::string& by);

/// Columns layer (of a checkpoint), head and the statistics, a row a head.
Table heads_table(const std::vector<HeadStats>& stats);

/// One query and one key of it.
struct Link {
  MapName name;
  std::size_t sequence, query, key;
  double weight;
};

/// The `count` largest weights of all maps and sequences, largest first; of equal ones the first in order.
std::vector<Link> strongest_links(const AttentionMaps& maps, std::size_t count);

/// Columns layer (of a checkpoint), head, sequence (of a batch), query, key, query_token, key_token, weight.
Table links_table(const std::vector<Link>& links, const AttentionMaps& maps);

}  // namespace mha
