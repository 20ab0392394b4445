// Which keys each query may attend to. Everywhere 1 means attend, 0 means do not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace mha {

/// What becomes of a query that may attend to no key: its weights are 0, NaN (as softmax over -inf gives in
/// PyTorch), or 1 / keys each (as Transformers' eager code, which adds the lowest finite number, gives).
enum class MaskedRows { zero, nan, uniform };

/// Keys [begin, end).
struct KeyRange {
  std::size_t begin, end;
};

/// The mask of one sequence: all that is given is combined, a key must be allowed by each.
struct Mask {
  std::size_t queries = 0, keys = 0;

  /// Key k only for queries q >= k, counted from the first of each (top left, as PyTorch's is_causal).
  bool causal = false;
  /// With causal: k > q - window (the query itself counts). Without: |q - k| <= window. As masking_utils.py
  /// of Transformers 5.
  std::optional<std::size_t> window;

  std::vector<std::uint8_t> query;  ///< [queries], or empty for all
  std::vector<std::uint8_t> key;    ///< [keys], or empty for all

  /// A general mask [queries, keys] with a row every `row_stride`, one for each head every `head_stride` (0:
  /// the same for all); empty for none. Borrowed.
  std::span<const std::uint8_t> general;
  std::size_t row_stride = 0, head_stride = 0;

  /// False when every query may attend to every key.
  bool any() const { return causal || window || !query.empty() || !key.empty() || !general.empty(); }

  /// The keys that causal, window and the query mask leave to query q.
  KeyRange range(std::size_t q) const;

  /// The general mask's row of query q, or null without one.
  const std::uint8_t* general_row(std::size_t head, std::size_t q) const {
    return general.empty() ? nullptr : general.data() + head * head_stride + q * row_stride;
  }

  bool allows(std::size_t head, std::size_t q, std::size_t k) const;

  /// True when a query may attend to some key.
  bool sees_any(std::size_t head, std::size_t q) const;
};

/// Queries that see no key: [number of heads, queries] counted over both. 0 where no mask is set.
std::size_t count_blind_rows(const Mask& mask, std::size_t num_heads);

}  // namespace mha
