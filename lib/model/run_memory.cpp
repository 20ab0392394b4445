#include "model/run_memory.h"

#include <algorithm>

#include "base/error.h"
#include "kernel/blocks.h"

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

/// What is in work at a time.
void add_work(Count& count, const Dimensions& d, const ForwardOptions& options) {
  const AttentionShape shape = d.config.attention();
  const std::size_t at_once = std::min(options.threads, d.batch);
  // A group holds fewer than group_tokens tokens before its last sequence; projections are held joined and
  // apart.
  const std::size_t tokens = group_tokens + std::max(d.queries, d.keys);
  count.add({at_once, 5 * tokens, shape.query_features()});
  count.add({at_once, 4 * tokens, d.config.hidden_size});
  const std::vector<LayerStep> steps = plan_layers(d, options.wanted);
  if (std::any_of(steps.begin(), steps.end(), [](const LayerStep& step) { return step.feed_forward; })) {
    count.add({at_once, 2 * tokens, d.config.intermediate_size});
  }
  // The reference keeps all heads' scores and weights; the fast path one block of them a thread.
  count.add(options.dtype == DType::float64 ? Shape{2 * at_once, shape.num_heads, d.queries, d.keys}
                                            : Shape{options.threads, kernel::max_width, d.keys});
}

}  // namespace

std::size_t memory_needed(const Inputs& inputs, const Dimensions& d, const ForwardOptions& options) {
  Count count;
  add_tensors(count, inputs, d, options.wanted);
  add_work(count, d, options);
  return count.bytes(options.dtype == DType::float64 ? sizeof(double) : sizeof(float));
}

}  // namespace mha
