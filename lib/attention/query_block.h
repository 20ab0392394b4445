// Attention of one head for one block of queries, by stretches of keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "attention/attention.h"
#include "attention/lane_mask.h"
#include "attention/position_scores.h"
#include "kernel/product.h"
#include "kernel/softmax.h"

namespace mha {

/// Keys are taken in stretches that begin at multiples of this many: a stretch's scores, 16 KiB, stay in the
/// nearest cache, and the chains of sums have the same bounds with any mask.
inline constexpr std::size_t stretch_keys = kernel::product_chain;

/// Keys that are taken at a time.
struct Stretch {
  std::size_t begin, end;
  bool prefetch = false;  ///< ask for the one behind it, which no other block has brought near yet
};

/// One sequence's attention over some of its heads.
struct HeadsTask {
  const AttentionShape& shape;
  const AttentionOptions& options;
  AttentionResult& result;    ///< holds query, key and value of the heads from those of first_kv_head on
  std::size_t first_kv_head;  ///< x, if there is one, is written for all heads
  const SequencePositions* positions = nullptr;  ///< with tables from the first query head of that one on

  /// The place of a query head among those that are held.
  std::size_t held(std::size_t head) const { return head - first_kv_head * shape.heads_per_kv(); }
};

/// A block of queries on its way through the keys: take() each stretch of keys(), then finish().
class QueryBlock {
 public:
  /// Queries of block `block` of head `head`.
  QueryBlock(const HeadsTask& task, std::size_t head, std::size_t block);

  /// The keys that any of its queries may see, from the beginning of a stretch on; all keys where rows
  /// without any key still need them.
  const KeyRange& keys() const { return keys_; }

  /// Numbers of scratch it needs: those of a stretch, or of all keys where weights are wanted.
  std::size_t scratch_size() const;

  /// Scores, their exponentials, and values times these, of the next stretch. `scratch` is the same in each
  /// call if weights are wanted, and then belongs to this block up to its finish().
  void take(const Stretch& stretch, float* scratch);

  /// Writes scores and weights where they are wanted, and this head's rows of x.
  void finish(const float* scratch);

 private:
  bool keeps_weights() const { return task_.options.writes_weights(head_); }
  bool makes_heads() const { return task_.result.x.tokens() > 0; }
  float* head_rows() const;

  void compute_scores(const Stretch& stretch, float* scores) const;
  void finish_scores(const Stretch& stretch, float* scores) const;
  void add_bias(const Stretch& stretch, float scale, float* scores) const;
  void add_positions(const Stretch& stretch, float scale, float* scores) const;
  void add_values(const Stretch& stretch, const float* weights) const;
  void add_segments(const Stretch& keys, const float* weights) const;

  void fill_blind_lanes(std::size_t keys, float* weights) const;
  void normalise_blind_lanes(float* inverse_sums) const;

  void write_outside(const ScoreTarget<float>& target, float outside) const;
  void write(const ScoreTarget<float>& target, const Stretch& stretch, const float* values,
             const float* factors) const;
  void write_weights(const float* weights, const float* inverse_sums) const;

  const HeadsTask& task_;
  std::size_t head_, block_;
  std::size_t kv_row_;  ///< first feature of this head's keys and values
  kernel::BlockView<const float> query_;
  float scale_;  ///< that the products still need
  LaneMask mask_;
  std::uint32_t blind_;  ///< lanes without any key that do not come out as 0
  KeyRange keys_;
  kernel::SoftmaxState softmax_;
  std::vector<float> maxima_;  ///< [stretches][width] behind each stretch, if weights are kept
};

}  // namespace mha
