// What positions add to scores.
#pragma once

#include <cstddef>
#include <vector>

namespace mha {

/// The bucket of a distance query - key among the 32 of T5 (Raffel et al. 2020, section 2.1), 16 for keys up
/// to the query and 16 for those after it: one each for the distances 0 to 7, then eight that double their
/// reach with every second one, the last from 91 on. As MPNetEncoder.relative_position_bucket in
/// modeling_mpnet.py of Transformers.
std::size_t relative_bucket(std::ptrdiff_t distance);
inline constexpr std::size_t relative_buckets = 32;

/// A bias that a head adds to the score of a query and a key by their distance, for sequences of up to
/// `tokens` tokens. Number is float or double.
template <class Number>
class DistanceBias {
 public:
  /// `table` [relative_buckets, heads], row-major.
  DistanceBias(const std::vector<Number>& table, std::size_t heads, std::size_t tokens)
      : tokens_(tokens), values_(heads * (2 * tokens - 1)) {
    for (std::size_t i = 0; i < 2 * tokens - 1; ++i) {
      const std::size_t bucket =
          relative_bucket(static_cast<std::ptrdiff_t>(i) - static_cast<std::ptrdiff_t>(tokens - 1));
      for (std::size_t h = 0; h < heads; ++h) {
        values_[h * (2 * tokens - 1) + i] = table[bucket * heads + h];
      }
    }
  }

  /// The bias of query `query` and key `key`; that of the next query follows it in memory.
  const Number* at(std::size_t head, std::size_t query, std::size_t key) const {
    return values_.data() + head * (2 * tokens_ - 1) + (tokens_ - 1) + query - key;
  }

 private:
  std::size_t tokens_;
  std::vector<Number> values_;  ///< [heads][distance from -(tokens - 1) to tokens - 1]
};

}  // namespace mha
