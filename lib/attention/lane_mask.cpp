#include "attention/lane_mask.h"

#include <algorithm>
#include <limits>

namespace mha {

LaneMask::LaneMask(const Mask& mask, std::size_t head, std::size_t first, std::size_t count)
    : mask_(mask), head_(head), first_(first), count_(count), common_{0, mask.keys} {
  for (std::size_t t = 0; mask.any() && t < count; ++t) {
    ranges_[t] = mask.range(first + t);
    common_ = {std::max(common_.begin, ranges_[t].begin), std::min(common_.end, ranges_[t].end)};
  }
}

KeyRange LaneMask::visible_keys() const {
  if (!mask_.any()) return {0, mask_.keys};
  KeyRange all{mask_.keys, 0};
  for (std::size_t t = 0; t < count_; ++t) {
    if (ranges_[t].begin == ranges_[t].end) continue;
    all = {std::min(all.begin, ranges_[t].begin), std::max(all.end, ranges_[t].end)};
  }
  return all.begin < all.end ? all : KeyRange{0, 0};
}

void LaneMask::apply(const KeyRange& keys, float* scores, std::size_t width) const {
  if (!mask_.any()) return;
  const bool by_range = mask_.key.empty() && mask_.general.empty();
  if (by_range && common_.begin <= keys.begin && keys.end <= common_.end) return;
  const std::uint8_t* general[kernel::max_width];
  for (std::size_t t = 0; t < count_; ++t) general[t] = mask_.general_row(head_, first_ + t);
  for (std::size_t k = keys.begin; k < keys.end; ++k, scores += width) {
    if (by_range && k >= common_.begin && k < common_.end) continue;
    const bool key_open = mask_.key.empty() || mask_.key[k] != 0;
    for (std::size_t t = 0; t < count_; ++t) {
      const bool in_range = k >= ranges_[t].begin && k < ranges_[t].end;
      if (in_range && key_open && (general[t] == nullptr || general[t][k] != 0)) continue;
      scores[t] = -std::numeric_limits<float>::infinity();
    }
  }
}

std::uint32_t LaneMask::blind_lanes() const {
  std::uint32_t lanes = 0;
  for (std::size_t t = 0; t < count_; ++t) {
    if (!mask_.sees_any(head_, first_ + t)) lanes |= std::uint32_t{1} << t;
  }
  return lanes;
}

}  // namespace mha
