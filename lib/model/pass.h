// The forward pass over one group of sequences, in either arithmetic.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/forward.h"
#include "model/given_values.h"
#include "model/layer.h"
#include "model/sequence_writer.h"
#include "model/work.h"

namespace mha {

/// What one sequence leaves beside its tensors.
struct Findings {
  std::size_t blind_rows = 0;
  NonFinite non_finite;
};

/// Everything that the work on a group reads.
template <class Math>
struct Context {
  const Model& model;
  const Inputs& inputs;
  Embeddings& embeddings;  ///< read by all groups; an only one drops the rows behind it
  const OuterWeights& embedding_weights;
  const std::vector<Layer>& layers;
  const Layers<Math>& common;
  std::vector<std::optional<Rotary>>& rotations;  ///< of each kind of attention; with all their tables
  const ForwardOptions& options;
  bool streams;  ///< weights of a layer are let go of behind it
};

/// Computes a group. Tensors that are wanted go to the trace, the rest is dropped layer by layer.
template <class Math>
class Pass {
  using Number = typename Math::Number;
  using Values = typename Math::Values;

 public:
  Pass(const Context<Math>& context, const Group& group, std::size_t threads, Trace& trace,
       std::span<Findings> findings)
      : context_(context), group_(group), threads_(threads), trace_(trace), findings_(findings) {}

  void run() {
    Progress* const progress = context_.options.progress;
    prepare();
    if (!context_.inputs.given.heads) embed();
    for (const Layer& layer : context_.layers) {
      attend(layer);
      if (layer.feed_forward) feed_forward(layer);
      if (context_.streams) let_go_of_layer(context_.model, layer.step.layer);
      if (progress != nullptr) progress->layers_done += group_.size();
    }
    finish();
    if (progress != nullptr) progress->sequences_done += group_.size();
  }

 private:
  SequenceWriter<Number> writer(std::size_t i, std::optional<std::size_t> layer = {}) {
    return {trace_, group_.begin + i, layer};
  }

  /// The layer's number where tensors carry it.
  std::optional<std::size_t> number_of(const Layer& layer) const {
    return trace_.dimensions.kind.checkpoint ? std::optional(layer.step.layer) : std::nullopt;
  }

  void prepare() {
    const Config& config = context_.model.config;
    for (const AttentionKind& kind : config.attention_kinds) {
      std::vector<Mask>& masks = masks_.emplace_back();
      for (std::size_t i = group_.begin; i < group_.end; ++i) {
        masks.push_back(mask_of(context_.options.mask, context_.inputs, trace_.dimensions, i));
        if (context_.options.mask.windows_of_model) masks.back().window = kind.window;
        if (!masks.back().any()) continue;
        const std::size_t blind = count_blind_rows(masks.back(), config.num_attention_heads);
        findings_[i].blind_rows = std::max(findings_[i].blind_rows, blind);
      }
    }
  }

  const std::vector<Mask>& masks_of(const Layer& layer) const {
    return masks_[context_.model.config.kind_of(layer.step.layer)];
  }

  /// The rotation of a layer's queries and keys in a sequence; null for none.
  const RotaryTable* rotary_of(const Layer& layer, std::size_t i) const {
    auto& rotary = context_.rotations[context_.model.config.kind_of(layer.step.layer)];
    return rotary ? &rotary->table(context_.inputs.longest_of(group_.begin + i)) : nullptr;
  }

  /// What enters the first layer.
  void embed() {
    const Inputs& inputs = context_.inputs;
    for (std::size_t i = group_.begin; i < group_.end; ++i) {
      hidden_.push_back(inputs.given.embeddings ? values_of<Math>(*inputs.given.embeddings, i)
                                                : embed(inputs.sequences[i]));
      if (inputs.cross_attention()) others_.push_back(embed(inputs.contexts[i]));
    }
    if (!inputs.given.embeddings) {
      project(hidden_, context_.embedding_weights);
      project(others_, context_.embedding_weights);
      add_last_positions();
    }
    if (group_.size() == inputs.sequences.size()) context_.embeddings.drop_rows();
    for (std::size_t i = 0; i < group_.size(); ++i) {
      writer(i).tokens("embeddings", hidden_[i]);
      note_non_finite(i, nullptr, "embeddings", Math::count_non_finite(hidden_[i]));
      if (!others_.empty()) writer(i).tokens("context", others_[i]);
    }
  }

  Values embed(const Sequence& sequence) const {
    return Math::from_rows(context_.embeddings.template sum<Number>(sequence),
                           context_.embeddings.word.features());
  }

  /// Of a model that adds positions behind the projection.
  void add_last_positions() {
    if (!context_.embeddings.positions_last) return;
    std::vector<Values> positions;
    for (std::size_t i = 0; i < group_.size(); ++i) {
      const Sequence& sequence = context_.inputs.sequences[group_.begin + i];
      positions.push_back(
          Math::from_rows(context_.embeddings.template last_positions<Number>(sequence).value(),
                          context_.model.config.hidden_size));
    }
    Math::add(hidden_, positions, threads_);
  }

  /// From the sum of embeddings to what enters the first layer, or from the last to what leaves the model.
  void project(std::vector<Values>& sequences, const OuterWeights& weights) const {
    if (sequences.empty()) return;
    const auto norm = [&] {
      if (weights.norm) Math::norm(sequences, {}, *weights.norm, threads_);
    };
    if (!weights.projects_first) norm();
    if (weights.projection) {
      sequences = Math::linear(pointers_to(sequences), *weights.projection, std::nullopt, threads_);
    }
    if (weights.projects_first) norm();
  }

  void attend(const Layer& layer) {
    auto results = context_.inputs.given.heads ? attend_given(layer) : attend_hidden(layer);
    attended_.clear();
    for (std::size_t i = 0; i < group_.size(); ++i) {
      write(writer(i, number_of(layer)), masks_of(layer)[i], results[i], layer.step.stage);
      note_non_finite(i, layer, results[i]);
      attended_.push_back(std::move(results[i].output));
    }
  }

  std::vector<typename Math::Result> attend_hidden(const Layer& layer) {
    const auto normed = context_.common.normed(layer, hidden_, threads_);
    return attend_to(layer, normed ? *normed : hidden_);
  }

  std::vector<typename Math::Result> attend_to(const Layer& layer, const std::vector<Values>& queries) {
    const auto number = number_of(layer);
    std::vector<LayerTask<Math>> tasks;
    for (std::size_t i = 0; i < group_.size(); ++i) {
      const Values& keys = others_.empty() ? queries[i] : others_[i];
      tasks.push_back({queries[i], keys, masks_of(layer)[i], rotary_of(layer, i),
                       writer(i, number).map("scores"), writer(i, number).map("weights")});
    }
    return context_.common.attend(layer, tasks, threads_);
  }

  /// Attention alone, over heads that are given.
  std::vector<typename Math::Result> attend_given(const Layer& layer) {
    const GivenHeads& given = *context_.inputs.given.heads;
    std::vector<ProjectedHeads<Math>> tasks;
    for (std::size_t i = 0; i < group_.size(); ++i) {
      ProjectedHeads<Math>& task =
          tasks.emplace_back(heads_of<Math>(given, group_.begin + i, masks_of(layer)[i]));
      task.scores = writer(i).map("scores");
      task.weights = writer(i).map("weights");
      note_non_finite(i, nullptr, "query", Math::count_non_finite(task.query));
      note_non_finite(i, nullptr, "key", Math::count_non_finite(task.key));
      note_non_finite(i, nullptr, "value", Math::count_non_finite(task.value));
    }
    const AttentionShape shape = context_.model.config.attention();
    return Math::attend(std::move(tasks), {shape, layer.step.stage, context_.options.masked_rows, threads_});
  }

  void write(SequenceWriter<Number> writer, const Mask& mask, const typename Math::Result& result,
             AttentionStage stage) const {
    const Dimensions& d = trace_.dimensions;
    writer.heads("query", result.query, d.heads);
    writer.heads("key", result.key, d.kv_heads());
    writer.pad_scores(mask.queries, mask.keys);
    if (stage < AttentionStage::heads) return;
    writer.heads("value", result.value, d.kv_heads());
    writer.heads("heads", result.x, d.heads);
    writer.tokens("x", result.x);
    if (stage >= AttentionStage::output) writer.tokens("output", result.output);
  }

  /// `count` numbers of a sequence's tensor are NaN or infinite; none of a layer stands before the first.
  void note_non_finite(std::size_t i, const Layer* layer, std::string_view tensor, std::size_t count) {
    NonFinite& found = findings_[group_.begin + i].non_finite;
    if (found.count > 0 || count == 0) return;
    found = layer == nullptr ? NonFinite{count, std::string(tensor), 0}
                             : NonFinite{count, tensor_key(tensor, number_of(*layer)), layer->step.layer + 1};
  }

  /// The last that was computed of attention.
  void note_non_finite(std::size_t i, const Layer& layer, const typename Math::Result& result) {
    const auto note = [&](std::string_view tensor, std::size_t count) {
      note_non_finite(i, &layer, tensor, count);
    };
    if (layer.step.stage == AttentionStage::output) {
      note("output", Math::count_non_finite(result.output));
    } else if (layer.step.stage == AttentionStage::heads) {
      note("x", Math::count_non_finite(result.x));
    } else {
      note("query", Math::count_non_finite(result.query));
      note("key", Math::count_non_finite(result.key));
      note("weights", writer(i, number_of(layer)).non_finite("weights"));
    }
  }

  void feed_forward(const Layer& layer) {
    hidden_ = context_.common.feed_forward(layer, std::move(attended_), hidden_, threads_);
    for (std::size_t i = 0; i < group_.size(); ++i) {
      writer(i, number_of(layer)).tokens("hidden", hidden_[i]);
      note_non_finite(i, &layer, "hidden", Math::count_non_finite(hidden_[i]));
    }
  }

  /// What leaves the model, if it was computed to its end.
  void finish() {
    if (!runs_through(context_.layers, context_.model.config)) return;
    project(hidden_, context_.common.end);
    for (std::size_t i = 0; i < group_.size(); ++i) writer(i).tokens("final", hidden_[i]);
  }

  const Context<Math>& context_;
  Group group_;
  std::size_t threads_;
  Trace& trace_;
  std::span<Findings> findings_;
  std::vector<std::vector<Mask>> masks_;  ///< of each kind of attention, of each sequence
  std::vector<Values> hidden_;            ///< what enters the next layer, of each sequence
  std::vector<Values> others_;            ///< what gives keys and values instead, in cross-attention
  std::vector<Values> attended_;          ///< the output of attention
};

}  // namespace mha
