#include "model/forward.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "attention/attention.h"
#include "attention/reference.h"
#include "base/parallel.h"
#include "model/sequence_writer.h"

namespace mha {
namespace {

/// Work below this many multiplications is done before a thread would have started.
constexpr double work_worth_a_thread = 3e7;

/// Multiplications of a run: projections, scores, weights times values.
double work_of(const AttentionShape& shape, const Inputs& inputs) {
  const auto embed = static_cast<double>(shape.embed_dim),
             query = static_cast<double>(shape.query_features()),
             key = static_cast<double>(shape.key_features());
  double work = 0;
  for (std::size_t i = 0; i < inputs.sequences.size(); ++i) {
    const auto t = static_cast<double>(inputs.sequences[i].tokens.size());
    const auto s = static_cast<double>(inputs.keys_of(i).tokens.size());
    work += 2 * t * embed * query + 2 * s * embed * key + 2 * t * s * query;
  }
  return work;
}

/// Sequences [begin, end) that are worked on together.
struct Group {
  std::size_t begin, end;
};

/// Cuts the batch into groups of about group_tokens tokens: short sequences share a pass over the weights.
std::vector<Group> groups_of(const Inputs& inputs) {
  std::vector<Group> groups;
  std::size_t begin = 0, tokens = 0;
  for (std::size_t i = 0; i < inputs.sequences.size(); ++i) {
    tokens += std::max(inputs.sequences[i].tokens.size(), inputs.keys_of(i).tokens.size());
    if (tokens < group_tokens && i + 1 < inputs.sequences.size()) continue;
    groups.push_back({begin, i + 1});
    begin = i + 1;
    tokens = 0;
  }
  return groups;
}

/// Everything that the work on a group reads.
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

std::size_t blind_rows(const Context& context, const Mask& mask) {
  return mask.any() ? count_blind_rows(mask, context.model.config.num_attention_heads) : 0;
}

/// What goes into the attention of one sequence.
struct Prepared {
  Mask mask;
  kernel::Blocks embeddings, context;  ///< context: of another text, or empty

  const kernel::Blocks& keys() const { return context.tokens() > 0 ? context : embeddings; }
};

Prepared prepare(const Context& context, const Dimensions& dimensions, std::size_t index) {
  const auto blocks_of = [&](const Sequence& sequence) {
    return kernel::to_blocks(context.embeddings.rows_of(sequence), context.embeddings.embed_dim());
  };
  const Inputs& inputs = context.inputs;
  return {mask_of(context.options.mask, inputs, dimensions, index), blocks_of(inputs.sequences[index]),
          inputs.cross_attention() ? blocks_of(inputs.contexts[index]) : kernel::Blocks()};
}

void run_float32(const Context& context, const Group& group, std::size_t threads, Trace& trace,
                 std::span<Findings> findings) {
  const Dimensions& d = trace.dimensions;
  std::vector<Prepared> prepared;
  for (std::size_t i = group.begin; i < group.end; ++i) prepared.push_back(prepare(context, d, i));
  std::vector<AttentionTask> tasks;
  for (std::size_t i = group.begin; i < group.end; ++i) {
    const Prepared& p = prepared[i - group.begin];
    SequenceWriter<float> writer(trace, i);
    const auto target = [&](std::string_view name) -> std::optional<ScoreTarget> {
      float* place = writer.map(name);
      if (place == nullptr) return std::nullopt;
      return ScoreTarget{place, d.queries * d.keys, d.keys};
    };
    tasks.push_back({{p.embeddings, p.keys(), p.keys()},
                     {.mask = p.mask,
                      .masked_rows = context.options.masked_rows,
                      .scores = target("scores"),
                      .weights = target("weights")}});
  }
  const std::vector<AttentionResult> results =
      attend(context.model.config.attention(), context.weights, tasks, threads);
  for (std::size_t i = group.begin; i < group.end; ++i) {
    const Prepared& p = prepared[i - group.begin];
    const AttentionResult& result = results[i - group.begin];
    SequenceWriter<float> writer(trace, i);
    writer.tokens("embeddings", p.embeddings);
    writer.tokens("context", p.context);
    writer.heads("query", result.query);
    writer.heads("key", result.key);
    writer.heads("value", result.value);
    writer.pad_scores(p.mask.queries, p.mask.keys);
    writer.heads("heads", result.x);
    writer.tokens("x", result.x);
    writer.tokens("output", result.output);
    findings[i] = {blind_rows(context, p.mask), count_non_finite(result.output)};
  }
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

Findings run_float64(const Context& context, std::size_t index, Trace& trace) {
  const Mask mask = mask_of(context.options.mask, context.inputs, trace.dimensions, index);
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
  const auto finite = result.output.array().isFinite().count();
  return {blind_rows(context, mask), static_cast<std::size_t>(result.output.size() - finite)};
}

void run_group(const Context& context, const Group& group, std::size_t threads, Trace& trace,
               std::span<Findings> findings) {
  if (context.options.dtype == DType::float32) return run_float32(context, group, threads, trace, findings);
  for (std::size_t i = group.begin; i < group.end; ++i) findings[i] = run_float64(context, i, trace);
}

Trace empty_trace(const Inputs& inputs, const Config& config, const ForwardOptions& options) {
  Trace trace{inputs.dimensions(config), {}};
  for (const auto& [name, shape] : activation_shapes(trace.dimensions)) {
    if (!options.wants(name)) continue;
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
  const std::vector<Group> groups = groups_of(inputs);
  const std::size_t threads =
      work_of(model.config.attention(), inputs) < work_worth_a_thread ? 1 : options.threads;
  // Many groups are shared out whole; a few are worked on by all threads, one after the other.
  const bool share = groups.size() >= 2 * threads;
  std::vector<Findings> findings(inputs.sequences.size());
  parallel_for(groups.size(), share ? threads : 1,
               [&](std::size_t i) { run_group(context, groups[i], share ? 1 : threads, trace, findings); });
  for (const Findings& found : findings) {
    trace.blind_rows += found.blind_rows;
    trace.non_finite_outputs += found.non_finite_outputs;
  }
  return trace;
}

}  // namespace mha
