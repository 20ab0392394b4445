// What positions add to scores.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "kernel/blocks.h"

namespace mha {

/// Buckets of MPNet.
inline constexpr std::size_t relative_buckets = 32;

/// How distances share buckets (Raffel et al. 2020, section 2.1): of the buckets of a side, which are half of
/// all or, with keys up to the query alone, all of them, the first half has a distance each, the others grow
/// with its logarithm up to max_distance.
struct BucketRule {
  std::size_t buckets = relative_buckets;  ///< 4 or more, 2 or more of one side; even if there are two
  std::size_t max_distance = 128;          ///< more than half the buckets of a side
  bool bidirectional = true;
};

/// The bucket of a distance query - key; keys after the query have the upper half of them, or, of one side,
/// the bucket of distance 0. As T5Attention._relative_position_bucket in modeling_t5.py, and with the rule as
/// it is MPNetEncoder.relative_position_bucket in modeling_mpnet.py: in float32 where these are.
std::size_t relative_bucket(const BucketRule& rule, std::ptrdiff_t distance);

/// How much each head of ALiBi weighs a step (Press et al. 2022, section 3, and their code for numbers of
/// heads that are no power of two), as build_alibi_tensor of modeling_bloom.py computes them in float32.
std::vector<float> alibi_slopes(std::size_t heads);

/// A bias for each bucket and head: values [buckets, heads], row-major.
template <class Number>
struct BucketTable {
  std::vector<Number> values;
  std::size_t heads;
  BucketRule rule = {};
};

/// distance: -slope |query - key|, as the paper has it, on both sides. key: slope times the key's position,
/// as BLOOM has it: with a causal mask that makes the same weights of other scores.
enum class AlibiKind { distance, key };
struct Alibi {
  AlibiKind kind;
  std::size_t heads;
};

/// What a head adds to the score of a query and a key by where they are, for sequences of up to `tokens`
/// tokens. Number is float or double; both have the float32 numbers of ALiBi.
template <class Number>
class ScoreBias {
 public:
  ScoreBias(const BucketTable<Number>& table, std::size_t tokens)
      : ScoreBias(table.heads, tokens, false, [&](std::size_t head, std::ptrdiff_t distance) {
          return table.values[relative_bucket(table.rule, distance) * table.heads + head];
        }) {}

  ScoreBias(const Alibi& alibi, std::size_t tokens)
      : ScoreBias(alibi.heads, tokens, alibi.kind == AlibiKind::key,
                  [&, slopes = alibi_slopes(alibi.heads)](std::size_t head, std::ptrdiff_t distance) {
                    const auto steps = static_cast<float>(distance < 0 ? -distance : distance);
                    return slopes[head] * (alibi.kind == AlibiKind::key ? steps : -steps);
                  }) {}

  /// The bias of a query and a key.
  Number at(std::size_t head, std::size_t query, std::size_t key) const {
    return *lanes(head, query, key).first;
  }

  /// Those of a query and, in lanes behind it, of the next queries of its block, or the same for all of them;
  /// those of the next key lie key_step further on.
  struct Lanes {
    const Number* first;
    std::ptrdiff_t key_step;
    bool same_for_all;
  };
  Lanes lanes(std::size_t head, std::size_t query, std::size_t key) const {
    const Number* own = values_.data() + head * stride_;
    return by_key_ ? Lanes{own + key, 1, true} : Lanes{own + (tokens_ - 1) + query - key, -1, false};
  }

 private:
  /// `bias(head, distance)`; the distance is a key's from the first query if it is by key.
  template <class Bias>
  ScoreBias(std::size_t heads, std::size_t tokens, bool by_key, Bias bias)
      : tokens_(tokens),
        by_key_(by_key),
        stride_(by_key ? tokens : 2 * tokens - 1 + kernel::max_width),
        values_(heads * stride_) {
    const std::size_t count = by_key ? tokens : 2 * tokens - 1;
    for (std::size_t i = 0; i < count; ++i) {
      const std::ptrdiff_t distance =
          static_cast<std::ptrdiff_t>(i) - static_cast<std::ptrdiff_t>(by_key ? 0 : tokens - 1);
      for (std::size_t h = 0; h < heads; ++h)
        values_[h * stride_ + i] = static_cast<Number>(bias(h, distance));
    }
  }

  std::size_t tokens_;
  bool by_key_;
  std::size_t stride_;
  std::vector<Number> values_;  ///< [heads][stride]: distances from -(tokens - 1) to tokens - 1, and room for
                                ///< the idle lanes of a block; or keys
};

}  // namespace mha
