// How much work layers are, and how sequences are shared out among threads.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "model/config.h"

namespace mha {

/// A sequence of `queries` tokens that attend to `keys` tokens: `pairs` counts the pairs of both that are
/// looked at, queries * keys without a mask.
struct TokenCounts {
  double queries, keys, pairs;
};

/// Multiplications of attention over one sequence: projections, scores, weights times values.
double attention_work(const AttentionShape& shape, const TokenCounts& tokens);

/// Multiplications of a layer's feed-forward over so many tokens; 0 for a model without.
double feed_forward_work(const Config& config, double tokens);

/// Floating-point operations of all layers over one sequence, where a multiplication and an addition are two.
/// Softmax, norms and activations do not count.
double layers_operations(const Config& config, const TokenCounts& tokens);

/// `threads`, or 1 for work of so few multiplications that it is done before a thread would have started.
std::size_t threads_worth(double work, std::size_t threads);

/// Key-value heads that attention over so many tokens projects at a time where query, key and value are not
/// kept: all of short sequences, of long ones so many that their projections take some 20 MB.
std::size_t kv_heads_at_once(const AttentionShape& shape, std::size_t queries, std::size_t keys);

/// Sequences are worked on together until they have this many tokens.
inline constexpr std::size_t group_tokens = 256;

/// Sequences [begin, end) that are worked on together.
struct Group {
  std::size_t begin, end;
  std::size_t size() const { return end - begin; }
};

/// Cuts sequences of so many tokens each into groups of about group_tokens: short ones share a pass over the
/// weights.
std::vector<Group> groups_of(std::span<const std::size_t> tokens);

/// Calls work(group, threads to use) for each group on up to `threads` threads in all: many groups are shared
/// out whole, a few are worked on by all threads, one after the other.
void for_each_group(const std::vector<Group>& groups, std::size_t threads,
                    const std::function<void(const Group&, std::size_t)>& work);

}  // namespace mha
