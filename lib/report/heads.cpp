#include "report/heads.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/nearest.h"
#include "base/utf8.h"

namespace mha {
namespace {

using Value = std::optional<double>;
using Row = AttentionRow;

constexpr std::string_view unsorted = "head";

double entropy_of(const Row& row) {
  double sum = 0;
  for (const double w : row.weights) sum -= w > 0 || std::isnan(w) ? w * std::log(w) : 0;
  return sum;
}

Value entropy(const Row& row) { return entropy_of(row); }
Value effective_keys(const Row& row) { return std::exp(entropy_of(row)); }
Value largest(const Row& row) { return *std::max_element(row.weights.begin(), row.weights.end()); }
Value on_first(const Row& row) { return row.weights.front(); }
Value on_self(const Row& row) { return row.weights[row.query]; }

Value distance(const Row& row) {
  double sum = 0;
  for (std::size_t k = 0; k < row.weights.size(); ++k) {
    sum += row.weights[k] * std::abs(static_cast<double>(row.query) - static_cast<double>(k));
  }
  return sum;
}

Value on_previous(const Row& row) {
  if (row.query == 0) return std::nullopt;
  return row.weights[row.query - 1];
}

Value on_next(const Row& row) {
  if (row.query + 1 >= row.weights.size()) return std::nullopt;
  return row.weights[row.query + 1];
}

Value on_separators(const Row& row) {
  Value sum;
  for (std::size_t k = 0; k < row.weights.size(); ++k) {
    if (row.keys[k].separator) sum = sum.value_or(0) + row.weights[k];
  }
  return sum;
}

constexpr std::string_view clark = "Clark et al. 2019", vig = "Vig and Belinkov 2019",
                           voita = "Voita et al. 2019", xiao = "Xiao et al. 2023";

constexpr Statistic all_statistics[] = {
    {"entropy", "-sum of w ln w, in nats: 0 for one key, ln S for all keys alike", clark, false, entropy},
    {"keys", "effective number of keys, e to the entropy", "", false, effective_keys},
    {"largest", "the largest weight (confidence)", voita, false, largest},
    {"distance", "tokens between query and key, each as its weight says", vig, true, distance},
    {"first", "weight on the first token (sink)", xiao, true, on_first},
    {"self", "weight on the token itself", clark, true, on_self},
    {"previous", "weight on the token before, of all tokens but the first", clark, true, on_previous},
    {"next", "weight on the token behind, of all tokens but the last", clark, true, on_next},
    {"separators", "weight on special tokens but the first token", clark, false, on_separators},
};

/// A mean that may have nothing to be taken of.
class Mean {
 public:
  void add(const Value& value) {
    if (!value) return;
    sum_ += *value;
    ++count_;
  }
  Value value() const {
    if (count_ == 0) return std::nullopt;
    return sum_ / static_cast<double>(count_);
  }

 private:
  double sum_ = 0;
  std::size_t count_ = 0;
};

bool is_blind(std::span<const double> weights) {
  return std::all_of(weights.begin(), weights.end(), [](double w) { return w == 0; });
}

/// Calls use(map, sequence, row) for every query of map `index` that attends to something.
template <class Use>
void each_row(const AttentionMaps& maps, std::size_t index, Use use) {
  for (std::size_t sequence = 0; sequence < maps.sequences(); ++sequence) {
    const AttentionMap map = maps.map(sequence, index);
    for (std::size_t query = 0; query < map.rows; ++query) {
      if (!is_blind(map.row(query))) use(sequence, Row{map.row(query), query, maps.keys(sequence)});
    }
  }
}

HeadStats stats_of(const AttentionMaps& maps, std::size_t index) {
  std::vector<Mean> means(std::size(all_statistics));
  each_row(maps, index, [&](std::size_t, const Row& row) {
    for (std::size_t i = 0; i < means.size(); ++i) {
      if (maps.self_attention() || !all_statistics[i].within_text) means[i].add(all_statistics[i].of(row));
    }
  });
  HeadStats stats{maps.names()[index], {}};
  for (const Mean& mean : means) stats.values.push_back(mean.value());
  return stats;
}

/// "-entropy" taken apart.
struct Order {
  std::size_t statistic;
  bool smallest_first;
};

std::optional<Order> order_of(const std::string& by) {
  if (by == unsorted) return std::nullopt;
  const bool smallest_first = by.starts_with('-');
  const std::string_view wanted = std::string_view(by).substr(smallest_first ? 1 : 0);
  std::vector<std::string_view> names = {unsorted};
  for (const Statistic& statistic : all_statistics) {
    if (statistic.name == wanted) return Order{names.size() - 1, smallest_first};
    names.push_back(statistic.name);
  }
  fail(Status::usage,
       "--sort {}: no such statistic{}; there are: {}; with - before it the smallest come first",
       utf8::printable(by), did_you_mean(wanted, names), fmt::join(names, ", "));
}

Cell cell_of(const Value& value) { return value ? Cell(*value) : Cell(); }
Cell cell_of(const std::optional<std::size_t>& number) { return number ? Cell(*number) : Cell(); }

}  // namespace

std::span<const Statistic> statistics() { return all_statistics; }

std::vector<HeadStats> head_stats(const AttentionMaps& maps) {
  std::vector<HeadStats> stats;
  for (std::size_t i = 0; i < maps.names().size(); ++i) stats.push_back(stats_of(maps, i));
  return stats;
}

void check_sort(const std::string& by) { order_of(by); }

std::vector<HeadStats> sorted(std::vector<HeadStats> stats, const std::optional<std::string>& by) {
  const auto order = by ? order_of(*by) : std::nullopt;
  if (!order) return stats;
  const auto is_number = [](const Value& v) { return v && !std::isnan(*v); };
  std::stable_sort(stats.begin(), stats.end(), [&](const HeadStats& a, const HeadStats& b) {
    const Value &x = a.values[order->statistic], &y = b.values[order->statistic];
    if (!is_number(x) || !is_number(y)) return is_number(x) && !is_number(y);
    return order->smallest_first ? *x < *y : *x > *y;
  });
  return stats;
}

Table heads_table(const std::vector<HeadStats>& stats) {
  Table table;
  const bool layers = !stats.empty() && stats.front().name.layer;
  if (layers) table.columns.emplace_back("layer");
  table.columns.emplace_back("head");
  for (const Statistic& statistic : all_statistics) table.columns.emplace_back(statistic.name);
  for (const HeadStats& head : stats) {
    auto& row = table.rows.emplace_back();
    if (layers) row.push_back(cell_of(head.name.layer));
    row.push_back(cell_of(head.name.head));
    for (const Value& value : head.values) row.push_back(cell_of(value));
  }
  return table;
}

std::vector<Link> strongest_links(const AttentionMaps& maps, std::size_t count) {
  std::vector<Link> best;  // a heap, the weakest on top
  const auto stronger = [](const Link& a, const Link& b) { return a.weight > b.weight; };
  for (std::size_t i = 0; i < maps.names().size() && count > 0; ++i) {
    each_row(maps, i, [&](std::size_t sequence, const Row& row) {
      for (std::size_t k = 0; k < row.weights.size(); ++k) {
        const double weight = row.weights[k];
        if (!(weight > 0) || (best.size() == count && weight <= best.front().weight)) continue;
        if (best.size() == count) {
          std::pop_heap(best.begin(), best.end(), stronger);
          best.pop_back();
        }
        best.push_back({maps.names()[i], sequence, row.query, k, weight});
        std::push_heap(best.begin(), best.end(), stronger);
      }
    });
  }
  const auto place = [](const Link& l) {
    return std::tuple(l.name.layer, l.name.head, l.sequence, l.query, l.key);
  };
  std::sort(best.begin(), best.end(), [&](const Link& a, const Link& b) {
    return a.weight != b.weight ? a.weight > b.weight : place(a) < place(b);
  });
  return best;
}

Table links_table(const std::vector<Link>& links, const AttentionMaps& maps) {
  Table table;
  const bool layers = !maps.names().empty() && maps.names().front().layer, batch = maps.sequences() > 1;
  if (layers) table.columns.emplace_back("layer");
  table.columns.emplace_back("head");
  if (batch) table.columns.emplace_back("sequence");
  for (const char* name : {"query", "key", "query_token", "key_token", "weight"})
    table.columns.emplace_back(name);
  for (const Link& link : links) {
    auto& row = table.rows.emplace_back();
    if (layers) row.push_back(cell_of(link.name.layer));
    row.push_back(cell_of(link.name.head));
    if (batch) row.emplace_back(link.sequence);
    row.emplace_back(link.query);
    row.emplace_back(link.key);
    row.emplace_back(maps.queries(link.sequence)[link.query].text);
    row.emplace_back(maps.keys(link.sequence)[link.key].text);
    row.emplace_back(link.weight);
  }
  return table;
}

}  // namespace mha
