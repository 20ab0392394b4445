#include "model/work.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"

namespace mha {
namespace {

/// Enough for all heads of 2048 tokens with 768 features.
constexpr double projection_bytes = 20 << 20;

}  // namespace

double attention_work(const AttentionShape& shape, const TokenCounts& tokens) {
  const auto embed = static_cast<double>(shape.embed_dim),
             query = static_cast<double>(shape.query_features()),
             key = static_cast<double>(shape.key_features());
  return 2 * tokens.queries * embed * query + 2 * tokens.keys * embed * key + 2 * tokens.pairs * query;
}

double feed_forward_work(const Config& config, double tokens) {
  const double matrices = config.gated_feed_forward ? 3 : 2;
  return matrices * tokens * static_cast<double>(config.hidden_size) *
         static_cast<double>(config.intermediate_size);
}

double layers_operations(const Config& config, const TokenCounts& tokens) {
  const double layer = attention_work(config.attention(), tokens) + feed_forward_work(config, tokens.queries);
  return 2 * static_cast<double>(config.num_layers) * layer;
}

std::size_t threads_worth(double work, std::size_t threads) { return work < 4e6 ? 1 : threads; }

std::size_t kv_heads_at_once(const AttentionShape& shape, std::size_t queries, std::size_t keys) {
  const auto each = static_cast<double>(shape.heads_per_kv()), dim = static_cast<double>(shape.head_dim);
  const double numbers = (static_cast<double>(queries) * each + 2 * static_cast<double>(keys)) * dim;
  const double fitting = std::floor(projection_bytes / (numbers * sizeof(float)));
  const auto all = static_cast<double>(shape.num_kv_heads);
  const double groups = std::ceil(all / std::clamp(fitting, 1.0, all));
  return static_cast<std::size_t>(std::ceil(all / groups));
}

std::vector<Group> groups_of(std::span<const std::size_t> tokens) {
  std::vector<Group> groups;
  std::size_t begin = 0, sum = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    sum += tokens[i];
    if (sum < group_tokens && i + 1 < tokens.size()) continue;
    groups.push_back({begin, i + 1});
    begin = i + 1;
    sum = 0;
  }
  return groups;
}

void for_each_group(const std::vector<Group>& groups, std::size_t threads,
                    const std::function<void(const Group&, std::size_t)>& work) {
  const bool share = groups.size() >= 2 * threads;
  parallel_for(groups.size(), share ? threads : 1,
               [&](std::size_t i) { work(groups[i], share ? 1 : threads); });
}

}  // namespace mha
