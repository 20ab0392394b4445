#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "report/formats.h"
#include "report/saved_tables.h"

namespace mha {
namespace {

/// A large batch is summed up after this many sequences.
constexpr std::size_t listed_sequences = 16;

/// Columns of the names, at least.
constexpr std::size_t least_width = 12;

/// Names and values.
using Lines = std::vector<std::pair<std::string, std::string>>;

std::string tokens_text(const Run& run, const Sequence& sequence) {
  std::vector<std::string> words;
  for (const Token& token : sequence.tokens) {
    // Ids given as numbers need not be those of a tokenizer, though one reads the context.
    words.push_back(sequence.text && run.tokenizer != nullptr
                        ? utf8::printable(run.tokenizer->piece(token.id))
                        : fmt::format("{}", token.id));
  }
  return fmt::format("{}", fmt::join(words, " "));
}

/// "layers.0.query", "layers.0-5.query": one name for the layers looked at, whose sizes are the same.
std::string name_of(const TensorKey& key, const Dimensions& dimensions) {
  if (!key.layer) return key.key;
  return fmt::format("layers.{}.{}", ranges_text(dimensions.layers), key.tensor->name);
}

void add_tokens(Lines& lines, const Run& run) {
  const auto& sequences = run.inputs.sequences;
  for (std::size_t i = 0; i < std::min(sequences.size(), listed_sequences); ++i) {
    lines.emplace_back("tokens", tokens_text(run, sequences[i]));
    if (run.inputs.cross_attention()) {
      lines.emplace_back("attends_to", tokens_text(run, run.inputs.contexts[i]));
    }
  }
  if (sequences.size() > listed_sequences) {
    lines.emplace_back("tokens",
                       fmt::format("... and {} sequences more", sequences.size() - listed_sequences));
  }
}

/// Tokens, or where the numbers come from that were given in their place.
void add_inputs(Lines& lines, const Run& run) {
  std::vector<std::string> sources;
  for (const auto& [name, file] : sources_of(run.inputs.given)) {
    sources.push_back(fmt::format("{} of {}", name, file));
  }
  if (sources.empty()) return add_tokens(lines, run);
  lines.emplace_back("inputs", fmt::format("{}", fmt::join(sources, ", ")));
}

/// Values in one column behind the names.
std::string aligned(const Lines& lines) {
  std::size_t width = least_width;
  for (const auto& [name, value] : lines) width = std::max(width, name.size());
  std::string text;
  for (const auto& [name, value] : lines) text += fmt::format("{:<{}}  {}\n", name, width, value);
  return text;
}

}  // namespace

std::string text_report(const Run& run) {
  Lines lines;
  const auto line = [&](std::string_view name, std::string value) {
    lines.emplace_back(name, std::move(value));
  };
  const Config& config = run.model.config;
  for (std::string_view name : {"embed_dim", "num_heads", "head_dim"}) {
    if (has_dimension(name, run.dimensions().kind)) line(name, value_text(run, name));
  }
  if (config.num_key_value_heads != config.num_attention_heads)
    line("num_kv_heads", value_text(run, "num_kv_heads"));
  if (run.dimensions().kind.checkpoint) line("num_layers", value_text(run, "num_layers"));
  if (run.dimensions().heads.size() < config.num_attention_heads)
    line("heads", ranges_text(run.dimensions().heads));
  for (const TensorKey& key : activations_of(run.dimensions())) {
    if (key.layer && *key.layer != run.dimensions().layers.front()) continue;
    line(name_of(key, run.dimensions()), to_string(key.tensor->shape_of(run.dimensions())));
  }
  if (const std::string mask = mask_text(run); !mask.empty()) {
    line("mask",
         fmt::format("{}; 1 = attend; rows without a key: {}", mask, to_text(run.options.masked_rows)));
  }
  add_inputs(lines, run);
  std::string text = aligned(lines);
  if (run.presentation.stats) text += '\n' + table_text(stats_of(run));
  if (run.presentation.top > 0) text += '\n' + table_text(links_of(run));
  return text;
}

}  // namespace mha
