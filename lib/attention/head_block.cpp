#include "attention/head_block.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "kernel/product.h"
#include "kernel/softmax.h"

namespace mha {
namespace {

using kernel::Blocks;
using ConstBlock = kernel::BlockView<const float>;

constexpr float infinity = std::numeric_limits<float>::infinity();

/// Keys are skipped in steps of this many: the chains of sums then have the same bounds with any
/// mask.
constexpr std::size_t key_step = kernel::product_chain;

class Worker {
 public:
  explicit Worker(const HeadBlock& place)
      : shape_(place.shape),
        options_(place.options),
        result_(place.result),
        head_(place.head),
        query_row_((head_ - place.first_kv_head * shape_.heads_per_kv()) * shape_.head_dim),
        kv_row_((shape_.kv_head(head_) - place.first_kv_head) * shape_.head_dim),
        block_(place.block),
        query_(std::as_const(place.result.query)[place.block]),
        keys_(visible_keys()) {}

  void run(float* scores) {
    compute_scores(scores);
    add_bias(scores);
    apply_mask(scores);
    if (options_.scores) write(*options_.scores, scores, -infinity, {});
    alignas(64) float sums[kernel::max_width] = {};
    const std::uint32_t blind = blind_lanes();
    weigh_values(blind, scores, sums);
    kernel::invert_sums(sums, query_.width);
    normalise_blind_lanes(blind, sums);
    if (options_.weights) write(*options_.weights, scores, 0.0F, sums);
    if (result_.x.tokens() > 0) kernel::scale_lanes(out_rows(), shape_.head_dim, query_.width, sums);
  }

 private:
  /// The keys that any query of the block may see, widened to whole steps; all keys where blind rows still
  /// need them.
  KeyRange visible_keys() const {
    const Mask& mask = options_.mask;
    if (options_.masked_rows != MaskedRows::zero) return {0, mask.keys};
    KeyRange all{mask.keys, 0};
    for (std::size_t t = 0; t < query_.tokens; ++t) {
      const KeyRange range = mask.range(query_.first_token + t);
      if (range.begin == range.end) continue;
      all.begin = std::min(all.begin, range.begin);
      all.end = std::max(all.end, range.end);
    }
    if (all.begin >= all.end) return {0, 0};
    return {all.begin / key_step * key_step, all.end};
  }

  float* out_rows() const { return result_.x[block_].feature(head_ * shape_.head_dim); }

  /// Calls use(block, first, count, scores of its first key) for each block of keys: count keys from lane
  /// `first` on.
  template <class Use>
  void each_key_block(const Blocks& blocks, float* scores, Use use) const {
    for (std::size_t k = keys_.begin; k < keys_.end;) {
      const ConstBlock block = blocks[k / kernel::max_width];
      const std::size_t first = k - block.first_token;
      const std::size_t count = std::min(block.tokens - first, keys_.end - k);
      use(block, first, count, scores + (k - keys_.begin) * query_.width);
      k += count;
    }
  }

  void compute_scores(float* scores) const {
    const auto scale = static_cast<float>(1.0 / std::sqrt(static_cast<double>(shape_.head_dim)));
    each_key_block(result_.key, scores,
                   [&](const ConstBlock& block, std::size_t first, std::size_t count, float* place) {
                     kernel::product({.in = query_.feature(query_row_),
                                      .width = query_.width,
                                      .depth = shape_.head_dim,
                                      .matrix = block.feature(kv_row_) + first,
                                      .row_stride = 1,
                                      .depth_stride = block.width,
                                      .rows = count,
                                      .scale = scale,
                                      .out = place});
                   });
  }

  /// From scores to exponentials, their sums and the values times them, by stretches of keys that stay in the
  /// nearest cache from one to the other.
  void weigh_values(std::uint32_t blind, float* scores, float* sums) const {
    const bool wanted = result_.x.tokens() > 0;
    if (wanted && keys_.begin == keys_.end) {
      std::fill_n(out_rows(), shape_.head_dim * query_.width, 0.0F);
    }
    alignas(64) float maxima[kernel::max_width];
    kernel::lane_maxima(scores, keys_.end - keys_.begin, query_.width, maxima);
    for (std::size_t begin = keys_.begin; begin < keys_.end; begin += key_step) {
      const std::size_t end = std::min(keys_.end, begin + key_step);
      float* weights = scores + (begin - keys_.begin) * query_.width;
      kernel::exponentials(weights, end - begin, query_.width, maxima, sums);
      fill_blind_lanes(blind, weights, end - begin);
      if (wanted) add_values(weights, begin, end);
    }
  }

  /// Adds values [begin, end) times their weights: full blocks are segments of one product, the narrow one at
  /// the end is added.
  void add_values(const float* weights, std::size_t begin, std::size_t end) const {
    const std::size_t full = result_.value.full_blocks() * kernel::max_width;
    const std::size_t middle = std::clamp(full, begin, end);
    add_segments(weights, begin, middle);
    add_segments(weights + (middle - begin) * query_.width, middle, end);
  }

  void add_segments(const float* weights, std::size_t begin, std::size_t end) const {
    if (begin == end) return;
    const Blocks& values = result_.value;
    const ConstBlock block = values[begin / kernel::max_width];
    kernel::product({.in = weights,
                     .width = query_.width,
                     .depth = end - begin,
                     .matrix = block.feature(kv_row_) + (begin - block.first_token),
                     .row_stride = block.width,
                     .depth_stride = 1,
                     .segment = kernel::max_width,
                     .segment_stride = values.features() * kernel::max_width,
                     .rows = shape_.head_dim,
                     .accumulate = begin != keys_.begin,
                     .out = out_rows()});
  }

  void add_bias(float* scores) const {
    if (options_.bias == nullptr) return;
    for (std::size_t k = keys_.begin; k < keys_.end; ++k) {
      float* lanes = scores + (k - keys_.begin) * query_.width;
      const float* bias = options_.bias->at(head_, query_.first_token, k);
      for (std::size_t t = 0; t < query_.tokens; ++t) lanes[t] += bias[t];
    }
  }

  void apply_mask(float* scores) const {
    const Mask& mask = options_.mask;
    if (!mask.any()) return;
    KeyRange ranges[kernel::max_width];
    KeyRange common = keys_;  // keys that every query of the block may see
    const std::uint8_t* general[kernel::max_width];
    for (std::size_t t = 0; t < query_.tokens; ++t) {
      ranges[t] = mask.range(query_.first_token + t);
      common = {std::max(common.begin, ranges[t].begin), std::min(common.end, ranges[t].end)};
      general[t] = mask.general_row(head_, query_.first_token + t);
    }
    const bool by_range = mask.key.empty() && mask.general_row(head_, query_.first_token) == nullptr;
    for (std::size_t k = keys_.begin; k < keys_.end; ++k) {
      if (by_range && k == common.begin && common.begin < common.end) k = common.end;
      if (k == keys_.end) break;
      float* lanes = scores + (k - keys_.begin) * query_.width;
      const bool key_open = mask.key.empty() || mask.key[k] != 0;
      for (std::size_t t = 0; t < query_.tokens; ++t) {
        const bool in_range = k >= ranges[t].begin && k < ranges[t].end;
        if (!in_range || !key_open || (general[t] != nullptr && general[t][k] == 0)) lanes[t] = -infinity;
      }
    }
  }

  /// The lanes without any key, a bit each. They have exponentials and sum 0, which is one of the three ways
  /// of masked_rows; the other two are made by what follows.
  std::uint32_t blind_lanes() const {
    std::uint32_t lanes = 0;
    if (options_.masked_rows == MaskedRows::zero) return lanes;
    for (std::size_t t = 0; t < query_.tokens; ++t) {
      if (!options_.mask.sees_any(head_, query_.first_token + t)) lanes |= std::uint32_t{1} << t;
    }
    return lanes;
  }

  void fill_blind_lanes(std::uint32_t blind, float* weights, std::size_t keys) const {
    for (std::size_t t = 0; blind != 0 && t < query_.tokens; ++t) {
      if ((blind >> t & 1) == 0) continue;
      for (std::size_t k = 0; k < keys; ++k) weights[k * query_.width + t] = 1.0F;
    }
  }

  void normalise_blind_lanes(std::uint32_t blind, float* inverse_sums) const {
    for (std::size_t t = 0; blind != 0 && t < query_.tokens; ++t) {
      if ((blind >> t & 1) == 0) continue;
      const bool uniform = options_.masked_rows == MaskedRows::uniform;
      inverse_sums[t] =
          uniform ? 1.0F / static_cast<float>(options_.mask.keys) : std::numeric_limits<float>::quiet_NaN();
    }
  }

  /// Rows of the block into a [H, T, S] tensor, times a factor a lane if given; keys outside the range get
  /// `outside`.
  void write(const ScoreTarget<float>& target, const float* values, float outside,
             std::span<const float> factors) const {
    float* rows = target.rows_of(head_);
    for (std::size_t t = 0; rows != nullptr && t < query_.tokens; ++t) {
      float* row = rows + (query_.first_token + t) * target.row_stride;
      std::fill_n(row, keys_.begin, outside);
      std::fill(row + keys_.end, row + options_.mask.keys, outside);
      const float factor = factors.empty() ? 1.0F : factors[t];
      for (std::size_t k = keys_.begin; k < keys_.end; ++k) {
        row[k] = values[(k - keys_.begin) * query_.width + t] * factor;
      }
    }
  }

  const AttentionShape& shape_;
  const AttentionOptions& options_;
  AttentionResult& result_;
  std::size_t head_;
  std::size_t query_row_;  ///< first feature of this head's queries
  std::size_t kv_row_;     ///< of its keys and values
  std::size_t block_;
  ConstBlock query_;
  KeyRange keys_;
};

}  // namespace

void attend_block(const HeadBlock& place, float* scratch) { Worker(place).run(scratch); }

}  // namespace mha
