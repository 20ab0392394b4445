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
  std::size_t tokens = 0;
  for (const auto* sequences : {&inputs.sequences, &inputs.contexts}) {
    for (const Sequence& sequence : *sequences) tokens += sequence.tokens.size();
  }
  count.add({std::min(tokens, d.config.vocab_size), d.config.embedding_size});
}

void add_work(Count& count, const WorkSize& size) {
  const AttentionShape shape = size.config.attention();
  const std::size_t at_once = std::min(size.threads, size.batch);
  // A group holds fewer than group_tokens tokens before its last sequence; projections are held joined and
  // apart.
  const std::size_t tokens = group_tokens + std::max(size.queries, size.keys);
  count.add({at_once, 5 * tokens, shape.query_features()});
  count.add({at_once, 4 * tokens, size.config.hidden_size});
  if (size.feed_forward) count.add({at_once, 2 * tokens, size.config.intermediate_size});
  // The reference keeps all heads' scores and weights; the fast path one block of them a thread.
  count.add(size.dtype == DType::float64 ? Shape{2 * at_once, shape.num_heads, size.queries, size.keys}
                                         : Shape{size.threads, kernel::max_width, size.keys});
}

bool has_feed_forward(const Dimensions& d, const KeySet& wanted) {
  const std::vector<LayerStep> steps = plan_layers(d, wanted);
  return std::any_of(steps.begin(), steps.end(), [](const LayerStep& step) { return step.feed_forward; });
}

std::size_t bytes_of(DType type) { return type == DType::float64 ? sizeof(double) : sizeof(float); }

}  // namespace

std::size_t work_memory(const WorkSize& size) {
  Count count;
  add_work(count, size);
  return count.bytes(bytes_of(size.dtype));
}

std::size_t memory_needed(const Inputs& inputs, const Dimensions& d, const ForwardOptions& options) {
  Count count;
  add_tensors(count, inputs, d, options.wanted);
  add_work(count, {.config = d.config,
                   .batch = d.batch,
                   .queries = d.queries,
                   .keys = d.keys,
                   .feed_forward = has_feed_forward(d, options.wanted),
                   .threads = options.threads,
                   .dtype = options.dtype});
  return count.bytes(bytes_of(options.dtype));
}

}  // namespace mha
