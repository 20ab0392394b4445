// What relative positions add to the scores of disentangled attention.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "attention/job.h"

namespace mha {

/// Distances of a sequence's queries to keys, as the relative positions that they use.
class RelativePositions {
 public:
  RelativePositions(const LogBuckets& rule, std::size_t queries, std::size_t keys);

  /// The positions from the first to the last in use.
  const KeyRange& range() const { return range_; }

  /// Of query q and, behind it, of the next ones, for a key: a position less range().begin.
  const std::size_t* at(std::size_t query, std::size_t key) const {
    return positions_.data() + (keys_ - 1) + query - key;
  }

 private:
  std::size_t keys_;
  KeyRange range_;
  std::vector<std::size_t> positions_;  ///< of distances from -(keys - 1) on, and of idle lanes of a block
};

/// Products of one head of a sequence with positions, divided as scores are; empty for what is not asked.
struct PositionTables {
  kernel::Blocks query;  ///< [T, positions of the range]: queries with position keys
  kernel::Blocks key;    ///< [S, positions of the range]: keys with position queries
};

/// One sequence's positions, and the tables of some of its heads.
struct SequencePositions {
  RelativePositions relative;
  std::vector<PositionTables> heads;
};

/// The tables of these heads, from their projections, for each sequence that has position keys or queries.
std::vector<std::optional<SequencePositions>> position_tables(const Job& job, const KvHeads& heads,
                                                              const std::vector<AttentionResult>& results);

/// Scores of keys [begin, end) and a block of queries, and what positions add to them.
struct PositionedScores {
  float* scores;  ///< [end - begin][width]
  KeyRange keys;
  kernel::BlockView<const float> queries;  ///< where the block begins, and how wide it is
  const RelativePositions& relative;
  const PositionTables& tables;
  float scale;
};

/// score = score * scale + (c2p + p2c), each operation rounded.
void add_position_scores(const PositionedScores& task);

}  // namespace mha
