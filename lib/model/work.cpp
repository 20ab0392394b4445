#include "model/work.h"

#include "base/parallel.h"

namespace mha {

double attention_work(const AttentionShape& shape, const TokenCounts& tokens) {
  const auto embed = static_cast<double>(shape.embed_dim),
             query = static_cast<double>(shape.query_features()),
             key = static_cast<double>(shape.key_features());
  return 2 * tokens.queries * embed * query + 2 * tokens.keys * embed * key + 2 * tokens.pairs * query;
}

double feed_forward_work(const Config& config, double tokens) {
  return 2 * tokens * static_cast<double>(config.hidden_size) * static_cast<double>(config.intermediate_size);
}

std::size_t threads_worth(double work, std::size_t threads) { return work < 4e6 ? 1 : threads; }

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
