#include "attention/position.h"

namespace mha {

std::size_t relative_bucket(std::ptrdiff_t distance) {
  const std::size_t side = distance < 0 ? relative_buckets / 2 : 0;
  const auto reach = static_cast<std::size_t>(distance < 0 ? -distance : distance);
  if (reach < 8) return side + reach;
  // Bucket 8 + k begins at 8 * 2^(k / 2), so at the least reach whose square is 64 * 2^k or more.
  std::size_t k = 0;
  while (k < 7 && reach * reach >= std::size_t{128} << k) ++k;
  return side + 8 + k;
}

}  // namespace mha
