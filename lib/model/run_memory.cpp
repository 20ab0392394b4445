#include "model/run_memory.h"

#include <algorithm>

#include "base/error.h"
#include "kernel/blocks.h"
#include "model/work.h"

namespace mha {
namespace {

/// Numbers that a run holds.
class Count {
 public:
  void add(const Shape& tensor) {
    if (__builtin_add_overflow(numbers_, element_count(tensor), &numbers_)) {
      fail(Status::limit,
           "the tensors of this run have more numbers than 64 bits can count; give smaller sizes");
    }
  }

  void add(const Count& other, std::size_t times = 1) { add({other.numbers_, times}); }

  auto operator<=>(const Count&) const = default;

  std::size_t bytes(std::size_t of_one) const { return checked_product(numbers_, of_one, "memory"); }

 private:
  std::size_t numbers_ = 0;
};

void add_tensors(Count& count, const Inputs& inputs, const Dimensions& d, const KeySet& wanted) {
  for (const TensorKey& key : tensors_of(d)) {
    // Weights of a checkpoint lie in its file; those of the random layer are made.
    if (key.tensor->scope == TensorScope::parameter || wanted.contains(key.key)) {
      count.add(key.tensor->shape_of(d));
    }
  }
  for (const TensorKey& key : summaries_of(d)) {
    if (wanted.contains(key.key)) count.add(key.tensor->shape_of(d));
  }
  if (inputs.given.feed() != Feed::tokens) return;  // they lie in their file
  std::size_t tokens = 0;
  for (const auto* sequences : {&inputs.sequences, &inputs.contexts}) {
    for (const Sequence& sequence : *sequences) tokens += sequence.tokens.size();
  }
  count.add({std::min(tokens, d.config.vocab_size), d.config.embedding_size});
}

/// The lanes that a group's tokens take up: those before its last sequence are fewer than group_tokens. Their
/// rests are held joined too.
struct GroupTokens {
  explicit GroupTokens(const WorkSize& size)
      : queries(kernel::Blocks::padded_tokens(size.queries) + (size.batch > 1 ? group_tokens : 0)),
        keys(kernel::Blocks::padded_tokens(size.keys) + (size.batch > 1 ? group_tokens : 0)),
        joined(size.batch > 1 ? group_tokens + kernel::max_width : 0) {}

  std::size_t queries, keys, joined;
};

/// x, the output, and projections of some heads, whose memory may be kept behind them.
Count of_attention(const WorkSize& size, const GroupTokens& tokens) {
  const AttentionShape shape = size.config.attention();
  const std::size_t kv_heads = size.projections || size.config.norms_all_heads
                                   ? shape.num_kv_heads
                                   : kv_heads_at_once(shape, tokens.queries, tokens.keys);
  Count count;
  count.add({tokens.queries, shape.query_features() + size.config.hidden_size});
  count.add({tokens.queries, kv_heads * shape.heads_per_kv(), shape.head_dim});
  count.add({2, tokens.keys, kv_heads, shape.head_dim});
  if (const auto& rule = size.config.relative_positions) {
    // Embeddings of positions, as keys and as queries, and products of both with contents.
    count.add({2 * rule->span(), size.config.hidden_size + 2 * shape.query_features()});
    const std::size_t positions = 2 * std::min(size.queries, rule->span());
    count.add({2, kv_heads * shape.heads_per_kv(), tokens.queries, positions});
  }
  return count;
}

/// Cosines and sines, anew for a text of each length where that matters.
Count of_rotations(const WorkSize& size) {
  Count count;
  for (const AttentionKind& kind : size.config.attention_kinds) {
    if (!kind.rotary) continue;
    const std::size_t tables = kind.rotary->type == RopeType::dynamic    ? size.batch
                               : kind.rotary->type == RopeType::longrope ? 2
                                                                         : 1;
    const std::size_t longest = std::max(size.queries, size.keys) + kernel::max_width;
    count.add({tables, kind.rotary->dims, longest});
  }
  return count;
}

/// The output of attention, what lies inside the feed-forward, and its result.
Count of_feed_forward(const WorkSize& size, const GroupTokens& tokens) {
  Count count;
  if (!size.feed_forward) return count;
  count.add({2, tokens.queries, size.config.hidden_size});
  const std::size_t inner = size.config.gated_feed_forward ? 2 : 1;
  count.add({inner, tokens.queries, size.config.intermediate_size});
  count.add({tokens.joined, size.config.intermediate_size});
  return count;
}

/// A group's input, and whatever of the following is most: its embedded rows, attention, feed-forward.
Count of_group(const WorkSize& size) {
  const GroupTokens tokens(size);
  Count input, rows;
  input.add({tokens.queries + (size.cross_attention ? tokens.keys : 0), size.config.hidden_size});
  if (size.config.norms_before) input.add({tokens.queries, size.config.hidden_size});
  const AttentionShape shape = size.config.attention();
  input.add({tokens.joined, size.config.hidden_size + shape.query_features() + 2 * shape.key_features()});
  rows.add({std::max(tokens.queries, tokens.keys), size.config.hidden_size});
  input.add(std::max({rows, of_attention(size, tokens), of_feed_forward(size, tokens)}));
  return input;
}

/// The reference keeps all heads' scores and weights.
Count of_reference(const WorkSize& size) {
  const AttentionShape shape = size.config.attention();
  const GroupTokens tokens(size);
  const std::size_t most = std::max(tokens.queries, tokens.keys);
  Count count;
  count.add({5, most, shape.query_features()});
  count.add({4, most, size.config.hidden_size});
  const std::size_t inner = size.config.gated_feed_forward ? 3 : 2;
  if (size.feed_forward) count.add({inner, most, size.config.intermediate_size});
  count.add({2, shape.num_heads, size.queries, size.keys});
  return count;
}

void add_work(Count& count, const WorkSize& size) {
  // A few groups are worked on one after the other; there are no more of them than sequences.
  const std::size_t at_once = size.batch >= 2 * size.threads ? size.threads : 1;
  count.add(of_rotations(size));
  if (size.dtype == DType::float64) return count.add(of_reference(size), at_once);
  count.add(of_group(size), at_once);
  count.add({size.threads, kernel::max_width, size.keys});  // a block of scores a thread
}

bool any_step(const std::vector<LayerStep>& steps, bool LayerStep::*property) {
  return std::any_of(steps.begin(), steps.end(), [&](const LayerStep& step) { return step.*property; });
}

std::size_t bytes_of(DType type) { return type == DType::float64 ? sizeof(double) : sizeof(float); }

}  // namespace

std::size_t work_memory(const WorkSize& size) {
  Count count;
  add_work(count, size);
  return count.bytes(bytes_of(size.dtype));
}

std::size_t memory_needed(const Inputs& inputs, const Dimensions& d, const ForwardOptions& options) {
  const std::vector<LayerStep> steps = plan_layers(d, options.wanted);
  Count count;
  add_tensors(count, inputs, d, options.wanted);
  add_work(count, {.config = d.config,
                   .batch = d.batch,
                   .queries = d.queries,
                   .keys = d.keys,
                   .feed_forward = any_step(steps, &LayerStep::feed_forward),
                   .projections = any_step(steps, &LayerStep::projections) || d.kind.attention_alone(),
                   .cross_attention = d.kind.cross_attention,
                   .threads = options.threads,
                   .dtype = options.dtype});
  // Rows of keys or values on their way from the file into blocks.
  if (d.kind.attention_alone()) {
    count.add({std::min(d.batch, options.threads), d.keys, d.config.attention().key_features()});
  }
  return count.bytes(bytes_of(options.dtype));
}

}  // namespace mha
