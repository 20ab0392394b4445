#include "attention/mask.h"

#include <algorithm>

namespace mha {

KeyRange Mask::range(std::size_t q) const {
  if (!query.empty() && query[q] == 0) return {0, 0};
  KeyRange range{0, keys};
  if (causal) range.end = std::min(keys, q + 1);
  if (window) {
    const std::size_t reach = causal ? *window - 1 : *window;
    range.begin = q > reach ? q - reach : 0;
    if (!causal && reach < keys && q + reach + 1 < keys) range.end = q + reach + 1;
  }
  range.begin = std::min(range.begin, range.end);
  return range;
}

bool Mask::allows(std::size_t head, std::size_t q, std::size_t k) const {
  const KeyRange visible = range(q);
  const std::uint8_t* row = general_row(head, q);
  return k >= visible.begin && k < visible.end && (key.empty() || key[k] != 0) &&
         (row == nullptr || row[k] != 0);
}

bool Mask::sees_any(std::size_t head, std::size_t q) const {
  const KeyRange visible = range(q);
  for (std::size_t k = visible.begin; k < visible.end; ++k) {
    if (allows(head, q, k)) return true;
  }
  return false;
}

std::size_t count_blind_rows(const Mask& mask, std::size_t num_heads) {
  const std::size_t looked_at = mask.head_stride == 0 ? std::min<std::size_t>(1, num_heads) : num_heads;
  std::size_t count = 0;
  for (std::size_t head = 0; head < looked_at; ++head) {
    for (std::size_t q = 0; q < mask.queries; ++q) count += mask.sees_any(head, q) ? 0 : 1;
  }
  return looked_at == num_heads ? count : count * num_heads;
}

}  // namespace mha
