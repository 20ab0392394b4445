#include "report/axes.h"

#include "report/labels.h"

namespace mha {
namespace {

/// The words of "[B, H, T, head_dim]".
std::vector<std::string_view> words_of(std::string_view shape) {
  std::vector<std::string_view> words;
  shape = shape.substr(1, shape.size() - 2);
  for (std::size_t end = 0; end != std::string_view::npos; shape.remove_prefix(end + 2)) {
    end = shape.find(", ");
    words.push_back(shape.substr(0, end));
    if (end == std::string_view::npos) break;
  }
  return words;
}

Axis axis_of(std::string_view word, bool map) {
  if (word == "B") return {AxisKind::sequence, "sequence"};
  if (word == "H") return {AxisKind::head, "head"};
  if (word == "H_kv") return {AxisKind::kv_head, "head"};
  if (word == "T") return {AxisKind::query, map ? "query" : "position"};
  if (word == "S") return {AxisKind::key, map ? "key" : "position"};
  return {AxisKind::feature, "feature"};
}

}  // namespace

std::vector<Axis> axes_of(const TensorName& tensor) {
  std::vector<Axis> axes;
  for (const std::string_view word : words_of(tensor.shape)) {
    axes.push_back(axis_of(word, is_map(tensor)));
    if (tensor.scope == TensorScope::parameter) {
      axes.back() = {AxisKind::feature, axes.size() == 1 ? "out_feature" : "in_feature"};
    }
  }
  return axes;
}

bool is_map(const TensorName& tensor) { return tensor.shape.ends_with("T, S]"); }

const Sequence& sequence_of(const Run& run, AxisKind kind, std::size_t sequence) {
  return kind == AxisKind::key ? run.inputs.keys_of(sequence) : run.inputs.sequences[sequence];
}

std::vector<std::size_t> heads_of(const Run& run, AxisKind kind) {
  return kind == AxisKind::kv_head ? run.dimensions().kv_heads() : run.dimensions().heads;
}

std::vector<std::string> pieces_of(const Run& run, const Sequence& sequence) {
  std::vector<std::string> pieces;
  for (const Token& token : sequence.tokens) pieces.push_back(piece_text(run, sequence, token));
  return pieces;
}

std::vector<std::string> texts_of(const AttentionMaps& maps, const Run& run, AxisKind kind,
                                  std::size_t sequence) {
  if (!run.presentation.words) return pieces_of(run, sequence_of(run, kind, sequence));
  std::vector<std::string> words;
  for (const Label& label : kind == AxisKind::key ? maps.keys(sequence) : maps.queries(sequence)) {
    words.push_back(label.text);
  }
  return words;
}

}  // namespace mha
