#include "model/run_memory.h"

#include <algorithm>

#include "base/error.h"
#include "kernel/blocks.h"

namespace mha {

std::size_t memory_needed(const Inputs& inputs, const Dimensions& d, const ForwardOptions& options) {
  const AttentionShape shape = d.config.attention();
  std::size_t numbers = 0;
  const auto add = [&](const Shape& of) {
    if (__builtin_add_overflow(numbers, element_count(of), &numbers)) {
      fail(Status::limit,
           "the tensors of this run have more numbers than 64 bits can count; give smaller sizes");
    }
  };
  std::size_t tokens = 0;
  for (const auto* sequences : {&inputs.sequences, &inputs.contexts}) {
    for (const Sequence& sequence : *sequences) tokens += sequence.tokens.size();
  }
  for (const TensorKey& key : tensors_of(d)) {
    // Weights of a checkpoint lie in its file; those of the random layer are made.
    if (key.tensor->scope == TensorScope::parameter || options.wanted.contains(key.key)) {
      add(key.tensor->shape_of(d));
    }
  }
  add({std::min(tokens, d.config.vocab_size), d.config.embedding_size});
  const std::size_t at_once = std::min(options.threads, d.batch);
  // A group holds fewer than group_tokens tokens before its last sequence; projections are held joined and
  // apart.
  const std::size_t tokens_at_once = group_tokens + std::max(d.queries, d.keys);
  add({at_once, 5 * tokens_at_once, shape.query_features()});
  add({at_once, 4 * tokens_at_once, d.config.hidden_size});
  const std::vector<LayerStep> steps = plan_layers(d, options.wanted);
  if (std::any_of(steps.begin(), steps.end(), [](const LayerStep& step) { return step.feed_forward; })) {
    add({at_once, 2 * tokens_at_once, d.config.intermediate_size});
  }
  // The reference keeps all heads' scores and weights; the fast path one block of them a thread.
  const bool reference = options.dtype == DType::float64;
  add(reference ? Shape{2 * at_once, shape.num_heads, d.queries, d.keys}
                : Shape{options.threads, kernel::max_width, d.keys});
  return checked_product(numbers, reference ? sizeof(double) : sizeof(float), "memory");
}

}  // namespace mha
