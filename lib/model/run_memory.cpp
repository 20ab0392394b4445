#include "model/run_memory.h"

#include <algorithm>

#include "base/error.h"
#include "kernel/blocks.h"

namespace mha {

std::size_t memory_needed(const Inputs& inputs, const Config& config, const ForwardOptions& options) {
  const Dimensions d = inputs.dimensions(config);
  const AttentionShape shape = config.attention();
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
  for (const TensorName& parameter : parameter_names()) add(parameter.shape_of(d));
  add({std::min(tokens, config.vocab_size), config.hidden_size});
  for (const auto& [name, of] : activation_shapes(d)) {
    if (options.wants(name)) add(of);
  }
  const std::size_t at_once = std::min(options.threads, d.batch);
  // A group holds fewer than group_tokens tokens before its last sequence; projections are held joined and
  // apart.
  const std::size_t tokens_at_once = group_tokens + std::max(d.queries, d.keys);
  add({at_once, 5 * tokens_at_once, shape.query_features()});
  add({at_once, 4 * tokens_at_once, config.hidden_size});
  // The reference keeps all heads' scores and weights; the fast path one block of them a thread.
  const bool reference = options.dtype == DType::float64;
  add(reference ? Shape{2 * at_once, shape.num_heads, d.queries, d.keys}
                : Shape{options.threads, kernel::max_width, d.keys});
  return checked_product(numbers, reference ? sizeof(double) : sizeof(float), "memory");
}

}  // namespace mha
