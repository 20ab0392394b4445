#include "model/forward.h"

#include <algorithm>
#include <cmath>

#include "attention/attention.h"
#include "attention/reference.h"
#include "base/parallel.h"
#include "model/sequence_writer.h"

namespace mha {
namespace {

/// Work below this many multiplications is done before a thread would have started.
constexpr double work_worth_a_thread = 3e7;

/// Multiplications of one sequence: projections, scores, weights times values.
double work_of(const AttentionShape& shape, std::size_t queries, std::size_t keys) {
  const auto t = static_cast<double>(queries), s = static_cast<double>(keys);
  const auto embed = static_cast<double>(shape.embed_dim);
  const auto query = static_cast<double>(shape.query_features()),
             key = static_cast<double>(shape.key_features());
  return 2 * t * embed * query + 2 * s * embed * key + 2 * t * s * query;
}

/// Everything that the work on one sequence reads.
struct Context {
  const Model& model;
  const AttentionWeights& weights;
  const Inputs& inputs;
  const Embeddings& embeddings;
  const ForwardOptions& options;
};

/// What one sequence leaves beside its tensors.
struct Findings {
  std::size_t blind_rows = 0, non_finite_outputs = 0;
};

std::size_t count_non_finite(const kernel::Blocks& blocks) {
  std::size_t count = 0;
  for (std::size_t b = 0; b < blocks.count(); ++b) {
    const auto block = blocks[b];
    for (std::size_t f = 0; f < blocks.features(); ++f) {
      const float* lanes = block.feature(f);
      for (std::size_t t = 0; t < block.tokens; ++t) count += std::isfinite(lanes[t]) ? 0 : 1;
    }
  }
  return count;
}

std::size_t run_float32(const Context& context, const Mask& mask, Trace& trace, std::size_t index,
                        std::size_t threads) {
  const auto blocks_of = [&](const Sequence& sequence) {
    return kernel::to_blocks(context.embeddings.rows_of(sequence), context.embeddings.embed_dim());
  };
  const kernel::Blocks embeddings = blocks_of(context.inputs.sequences[index]);
  const bool cross = context.inputs.cross_attention();
  const kernel::Blocks other = cross ? blocks_of(context.inputs.contexts[index]) : kernel::Blocks();
  const kernel::Blocks& keys = cross ? other : embeddings;

  SequenceWriter<float> writer(trace, index);
  const Dimensions& d = trace.dimensions;
  const auto target = [&](std::string_view name) -> std::optional<ScoreTarget> {
    float* place = writer.map(name);
    if (place == nullptr) return std::nullopt;
    return ScoreTarget{place, d.queries * d.keys, d.keys};
  };
  const AttentionResult result =
      attend(context.model.config.attention(), context.weights, {embeddings, keys, keys},
             {.mask = mask,
              .masked_rows = context.options.masked_rows,
              .scores = target("scores"),
              .weights = target("weights"),
              .threads = threads});
  writer.tokens("embeddings", embeddings);
  writer.tokens("context", other);
  writer.heads("query", result.query);
  writer.heads("key", result.key);
  writer.heads("value", result.value);
  writer.pad_scores(mask.queries, mask.keys);
  writer.heads("heads", result.x);
  writer.tokens("x", result.x);
  writer.tokens("output", result.output);
  return count_non_finite(result.output);
}

reference::Matrix to_matrix(const Embeddings& embeddings, const Sequence& sequence) {
  const std::vector<const float*> rows = embeddings.rows_of(sequence);
  reference::Matrix matrix(static_cast<Eigen::Index>(rows.size()),
                           static_cast<Eigen::Index>(embeddings.embed_dim()));
  for (std::size_t t = 0; t < rows.size(); ++t) {
    std::copy_n(rows[t], embeddings.embed_dim(), matrix.row(static_cast<Eigen::Index>(t)).data());
  }
  return matrix;
}

std::size_t run_float64(const Context& context, const Mask& mask, Trace& trace, std::size_t index) {
  const reference::Matrix embeddings = to_matrix(context.embeddings, context.inputs.sequences[index]);
  const bool cross = context.inputs.cross_attention();
  const reference::Matrix other =
      cross ? to_matrix(context.embeddings, context.inputs.contexts[index]) : reference::Matrix();
  const reference::Matrix& keys = cross ? other : embeddings;
  const reference::Result result =
      reference::attend(context.model.config.attention(), context.weights, embeddings, keys, keys, mask,
                        context.options.masked_rows);
  SequenceWriter<double> writer(trace, index);
  writer.tokens("embeddings", embeddings);
  writer.tokens("context", other);
  writer.heads("query", result.query);
  writer.heads("key", result.key);
  writer.heads("value", result.value);
  const auto maps = [&](std::string_view name, const std::vector<reference::Matrix>& heads) {
    double* place = writer.map(name);
    const Dimensions& d = trace.dimensions;
    for (std::size_t head = 0; place != nullptr && head < heads.size(); ++head) {
      reference::to_rows(heads[head], 0, mask.keys, place + head * d.queries * d.keys, d.keys);
    }
  };
  maps("scores", result.scores);
  maps("weights", result.weights);
  writer.pad_scores(mask.queries, mask.keys);
  writer.heads("heads", result.x);
  writer.tokens("x", result.x);
  writer.tokens("output", result.output);
  return static_cast<std::size_t>(result.output.size() - result.output.array().isFinite().count());
}

Findings run_sequence(const Context& context, Trace& trace, std::size_t index, std::size_t threads) {
  const ForwardOptions& options = context.options;
  const Mask mask = mask_of(options.mask, context.inputs, trace.dimensions, index);
  Findings findings;
  if (options.mask.any())
    findings.blind_rows = count_blind_rows(mask, context.model.config.num_attention_heads);
  findings.non_finite_outputs = options.dtype == DType::float64
                                    ? run_float64(context, mask, trace, index)
                                    : run_float32(context, mask, trace, index, threads);
  return findings;
}

Trace empty_trace(const Inputs& inputs, const Config& config, const ForwardOptions& options) {
  Trace trace{inputs.dimensions(config), {}};
  for (const auto& [name, shape] : activation_shapes(trace.dimensions)) {
    if (std::find(options.wanted.begin(), options.wanted.end(), name) == options.wanted.end()) continue;
    trace.tensors.emplace(
        name, options.dtype == DType::float64 ? Tensor::zeros<double>(shape) : Tensor::zeros<float>(shape));
  }
  return trace;
}

}  // namespace

Trace forward(const Model& model, const Inputs& inputs, const Embeddings& embeddings,
              const ForwardOptions& options) {
  const AttentionWeights weights = attention_weights(model);
  const Context context{model, weights, inputs, embeddings, options};
  Trace trace = empty_trace(inputs, model.config, options);
  const std::size_t batch = inputs.sequences.size();

  double work = 0;
  for (std::size_t i = 0; i < batch; ++i) {
    work +=
        work_of(model.config.attention(), inputs.sequences[i].tokens.size(), inputs.keys_of(i).tokens.size());
  }
  const std::size_t threads = work < work_worth_a_thread ? 1 : options.threads;
  // Many sequences are shared out whole; a few are worked on by all threads, one after the other.
  const bool share_sequences = batch >= 2 * threads;
  std::vector<Findings> findings(batch);
  parallel_for(batch, share_sequences ? threads : 1, [&](std::size_t i) {
    findings[i] = run_sequence(context, trace, i, share_sequences ? 1 : threads);
  });
  for (const Findings& found : findings) {
    trace.blind_rows += found.blind_rows;
    trace.non_finite_outputs += found.non_finite_outputs;
  }
  return trace;
}

}  // namespace mha
