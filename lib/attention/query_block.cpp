#include "attention/query_block.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "kernel/score_bias.h"
#include "kernel/softcap.h"

namespace mha {
namespace {

using kernel::Blocks;
using ConstBlock = kernel::BlockView<const float>;

constexpr float infinity = std::numeric_limits<float>::infinity();

float score_scale(const HeadsTask& task) {
  const Disentangled<Blocks>* disentangled = task.options.disentangled;
  if (disentangled != nullptr) return 1.0F / disentangled_divisor(task.shape.head_dim, disentangled->kinds());
  return static_cast<float>(
      task.options.rules.scale.value_or(1.0 / std::sqrt(static_cast<double>(task.shape.head_dim))));
}

bool adds_something(const HeadsTask& task) {
  return task.options.bias != nullptr || task.options.disentangled != nullptr;
}

/// Softmax scales by itself where nothing comes between, and the order of scores stays.
bool scales_before(const HeadsTask& task) {
  return adds_something(task) || task.options.rules.softcap || !(score_scale(task) > 0);
}

/// Bytes from a block to the one behind it.
std::size_t block_bytes(const Blocks& blocks) {
  return blocks.features() * kernel::max_width * sizeof(float);
}

/// The same features of the keys of the block behind.
kernel::NextMatrix keys_behind(const Blocks& keys, const ConstBlock& block, std::size_t feature) {
  const auto* here = reinterpret_cast<const std::byte*>(block.feature(feature));
  return {here + block_bytes(keys), sizeof(float), block.width * sizeof(float)};
}

/// The same features of the values a block further on.
kernel::NextMatrix values_behind(const Blocks& values, const ConstBlock& block, std::size_t feature) {
  const std::size_t segment = block_bytes(values);
  const auto* here = reinterpret_cast<const std::byte*>(block.feature(feature));
  return {here + segment, block.width * sizeof(float), sizeof(float), segment};
}

}  // namespace

QueryBlock::QueryBlock(const HeadsTask& task, std::size_t head, std::size_t block)
    : task_(task),
      head_(head),
      block_(block),
      kv_row_((task.shape.kv_head(head) - task.first_kv_head) * task.shape.head_dim),
      query_(std::as_const(task.result.query)[block]),
      scale_(scales_before(task) ? 1.0F : score_scale(task)),
      mask_(task.options.mask, head, query_.first_token, query_.tokens),
      blind_(task.options.masked_rows == MaskedRows::zero ? 0 : mask_.blind_lanes()),
      keys_(task.options.masked_rows == MaskedRows::zero ? mask_.visible_keys()
                                                         : KeyRange{0, task.options.mask.keys}) {
  keys_.begin = keys_.begin / stretch_keys * stretch_keys;
}

std::size_t QueryBlock::scratch_size() const {
  return (keeps_weights() ? keys_.end - keys_.begin : stretch_keys) * query_.width;
}

float* QueryBlock::head_rows() const { return task_.result.x[block_].feature(head_ * task_.shape.head_dim); }

void QueryBlock::take(const Stretch& stretch, float* scratch) {
  const std::size_t count = stretch.end - stretch.begin;
  float* scores = scratch + (keeps_weights() ? (stretch.begin - keys_.begin) * query_.width : 0);
  compute_scores(stretch, scores);
  if (scales_before(task_)) finish_scores(stretch, scores);
  mask_.apply({stretch.begin, stretch.end}, scores, query_.width);
  if (task_.options.scores) {
    alignas(64) float factors[kernel::max_width];
    std::fill_n(factors, query_.width, scale_);
    write(*task_.options.scores, stretch, scores, factors);
  }
  alignas(64) float rescale[kernel::max_width];
  const bool grown = kernel::take_scores(scores, count, query_.width, scale_, softmax_, rescale);
  fill_blind_lanes(count, scores);
  if (makes_heads()) {
    if (grown && stretch.begin != keys_.begin) {
      kernel::scale_lanes(head_rows(), task_.shape.head_dim, query_.width, rescale);
    }
    add_values(stretch, scores);
  }
  if (keeps_weights()) maxima_.insert(maxima_.end(), softmax_.maxima, softmax_.maxima + query_.width);
}

void QueryBlock::finish(const float* scratch) {
  alignas(64) float inverse_sums[kernel::max_width];
  std::copy_n(softmax_.sums, query_.width, inverse_sums);
  kernel::invert_sums(inverse_sums, query_.width);
  normalise_blind_lanes(inverse_sums);
  if (task_.options.scores) write_outside(*task_.options.scores, -infinity);
  if (keeps_weights()) write_weights(scratch, inverse_sums);
  if (!makes_heads()) return;
  if (keys_.begin == keys_.end) std::fill_n(head_rows(), task_.shape.head_dim * query_.width, 0.0F);
  kernel::scale_lanes(head_rows(), task_.shape.head_dim, query_.width, inverse_sums);
}

void QueryBlock::compute_scores(const Stretch& stretch, float* scores) const {
  const Blocks& keys = task_.result.key;
  for (std::size_t k = stretch.begin; k < stretch.end; k += kernel::max_width) {
    const ConstBlock block = keys[k / kernel::max_width];
    kernel::product({.in = query_.feature(task_.held(head_) * task_.shape.head_dim),
                     .width = query_.width,
                     .depth = task_.shape.head_dim,
                     .matrix = block.feature(kv_row_),
                     .row_stride = 1,
                     .depth_stride = block.width,
                     .rows = std::min(block.tokens, stretch.end - k),
                     .next = stretch.prefetch ? keys_behind(keys, block, kv_row_) : kernel::NextMatrix(),
                     .out = scores + (k - stretch.begin) * query_.width});
  }
}

/// What remains of scaling is then nothing.
void QueryBlock::finish_scores(const Stretch& stretch, float* scores) const {
  const float scale = score_scale(task_);
  const std::size_t keys = stretch.end - stretch.begin;
  const std::optional<double>& softcap = task_.options.rules.softcap;
  if (task_.options.bias != nullptr) {
    add_bias(stretch, scale, scores);
  } else if (task_.positions != nullptr) {
    add_positions(stretch, scale, scores);
  } else if (!softcap) {
    alignas(64) float factors[kernel::max_width];
    std::fill_n(factors, query_.width, scale);
    kernel::scale_lanes(scores, keys, query_.width, factors);
  }
  if (!softcap) return;
  const float left = adds_something(task_) ? 1.0F : scale;
  kernel::cap_scores({scores, keys * query_.width}, {left, static_cast<float>(*softcap)});
}

void QueryBlock::add_bias(const Stretch& stretch, float scale, float* scores) const {
  const auto bias = task_.options.bias->lanes(head_, query_.first_token, stretch.begin);
  kernel::scale_and_bias({.scores = scores,
                          .keys = stretch.end - stretch.begin,
                          .width = query_.width,
                          .scale = scale,
                          .bias = bias.first,
                          .key_step = bias.key_step,
                          .same_for_all = bias.same_for_all});
}

void QueryBlock::add_positions(const Stretch& stretch, float scale, float* scores) const {
  add_position_scores({.scores = scores,
                       .keys = {stretch.begin, stretch.end},
                       .queries = query_,
                       .relative = task_.positions->relative,
                       .tables = task_.positions->heads[task_.held(head_)],
                       .scale = scale});
}

/// Full blocks are segments of one product; the narrow one at the end is added.
void QueryBlock::add_values(const Stretch& stretch, const float* weights) const {
  const std::size_t full = task_.result.value.full_blocks() * kernel::max_width;
  const std::size_t middle = std::clamp(full, stretch.begin, stretch.end);
  add_segments({stretch.begin, middle, stretch.prefetch}, weights);
  add_segments({middle, stretch.end, false}, weights + (middle - stretch.begin) * query_.width);
}

void QueryBlock::add_segments(const Stretch& keys, const float* weights) const {
  if (keys.begin == keys.end) return;
  const Blocks& values = task_.result.value;
  const ConstBlock block = values[keys.begin / kernel::max_width];
  kernel::product({.in = weights,
                   .width = query_.width,
                   .depth = keys.end - keys.begin,
                   .matrix = block.feature(kv_row_),
                   .row_stride = block.width,
                   .depth_stride = 1,
                   .segment_stride = values.features() * kernel::max_width,
                   .rows = task_.shape.head_dim,
                   .accumulate = keys.begin != keys_.begin,
                   .next = keys.prefetch ? values_behind(values, block, kv_row_) : kernel::NextMatrix(),
                   .out = head_rows()});
}

/// Blind lanes have exponentials and sum 0, which is one of the three ways of masked_rows; the other two are
/// made by what follows.
void QueryBlock::fill_blind_lanes(std::size_t keys, float* weights) const {
  for (std::size_t t = 0; blind_ != 0 && t < query_.tokens; ++t) {
    if ((blind_ >> t & 1) == 0) continue;
    for (std::size_t k = 0; k < keys; ++k) weights[k * query_.width + t] = 1.0F;
  }
}

void QueryBlock::normalise_blind_lanes(float* inverse_sums) const {
  for (std::size_t t = 0; blind_ != 0 && t < query_.tokens; ++t) {
    if ((blind_ >> t & 1) == 0) continue;
    const bool uniform = task_.options.masked_rows == MaskedRows::uniform;
    inverse_sums[t] = uniform ? 1.0F / static_cast<float>(task_.options.mask.keys)
                              : std::numeric_limits<float>::quiet_NaN();
  }
}

/// Keys outside the range of the block in a [H, T, S] tensor.
void QueryBlock::write_outside(const ScoreTarget<float>& target, float outside) const {
  float* rows = target.rows_of(head_);
  for (std::size_t t = 0; rows != nullptr && t < query_.tokens; ++t) {
    float* row = rows + (query_.first_token + t) * target.row_stride;
    std::fill_n(row, keys_.begin, outside);
    std::fill(row + keys_.end, row + task_.options.mask.keys, outside);
  }
}

/// A stretch into a [H, T, S] tensor, times a factor a lane.
void QueryBlock::write(const ScoreTarget<float>& target, const Stretch& stretch, const float* values,
                       const float* factors) const {
  float* rows = target.rows_of(head_);
  for (std::size_t t = 0; rows != nullptr && t < query_.tokens; ++t) {
    float* row = rows + (query_.first_token + t) * target.row_stride;
    const float* lane = values + t;
    for (std::size_t k = stretch.begin; k < stretch.end; ++k, lane += query_.width)
      row[k] = *lane * factors[t];
  }
}

/// The exponentials of each stretch are relative to the maxima behind it.
void QueryBlock::write_weights(const float* weights, const float* inverse_sums) const {
  const ScoreTarget<float>& target = *task_.options.weights;
  write_outside(target, 0.0F);
  Stretch stretch{keys_.begin, keys_.begin};
  for (std::size_t at = 0; at < maxima_.size(); at += query_.width) {
    stretch = {stretch.end, std::min(keys_.end, stretch.end + stretch_keys)};
    alignas(64) float factors[kernel::max_width];
    kernel::rescale_factors(&maxima_[at], softmax_.maxima, query_.width, scale_, factors);
    kernel::scale_lanes(factors, 1, query_.width, inverse_sums);
    write(target, stretch, weights, factors);
    weights += (stretch.end - stretch.begin) * query_.width;
  }
}

}  // namespace mha
