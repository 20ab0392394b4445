// DeBERTa's disentangled attention (He et al. 2021): scores of contents and of positions.
#pragma once

#include <cstddef>

namespace mha {

/// How distances find their relative position: each its own, or up to half the buckets, and beyond by its
/// logarithm up to max_relative_positions. As make_log_bucket_position of Transformers'
/// modeling_deberta_v2.py, in float32 where that is.
struct LogBuckets {
  std::size_t position_buckets = 0;        ///< 0: none; else 4 or more
  std::size_t max_relative_positions = 1;  ///< with buckets more than half of them and 1

  /// Half the number of relative positions (pos_ebd_size).
  std::size_t span() const { return position_buckets > 0 ? position_buckets : max_relative_positions; }

  /// The bucket of a distance query - key; a distance without buckets.
  std::ptrdiff_t bucket(std::ptrdiff_t distance) const;

  /// The relative position of a distance: its bucket plus the span, in [0, 2 span).
  std::size_t position(std::ptrdiff_t distance) const;
};

/// What positions bring to a layer: keys (for c2p, content to position) and queries (p2c) projected from the
/// embeddings of relative positions, [2 span, num_heads * head_dim] each, a position a token; null for what
/// pos_att_type lacks. Values is kernel::Blocks or reference::Matrix. Borrowed.
template <class Values>
struct Disentangled {
  LogBuckets rule;
  const Values* position_key;
  const Values* position_query;

  /// The kinds of products that a score is a sum of.
  std::size_t kinds() const {
    return 1 + (position_key != nullptr ? 1U : 0U) + (position_query != nullptr ? 1U : 0U);
  }
};

/// What products are divided by: sqrt(head_dim * kinds), in float32 for either arithmetic (scaled_size_sqrt).
float disentangled_divisor(std::size_t head_dim, std::size_t kinds);

}  // namespace mha
