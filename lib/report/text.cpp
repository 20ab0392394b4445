#include <fmt/ranges.h>

#include "base/utf8.h"
#include "report/formats.h"

namespace mha {
namespace {

/// A large batch is summed up after this many sequences.
constexpr std::size_t listed_sequences = 16;

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

}  // namespace

std::string text_report(const Run& run) {
  std::string text;
  const auto line = [&](std::string_view name, std::string_view value) {
    text += fmt::format("{:<12}  {}\n", name, value);
  };
  for (std::string_view name : {"embed_dim", "num_heads", "head_dim"}) line(name, value_text(run, name));
  if (run.model.config.num_key_value_heads != run.model.config.num_attention_heads) {
    line("num_kv_heads", value_text(run, "num_kv_heads"));
  }
  for (const auto& [name, shape] : activation_shapes(run.dimensions)) line(name, to_string(shape));
  if (run.options.mask.any()) {
    line("mask", fmt::format("{}; 1 = attend; rows without a key: {}", mask_text(run.options.mask),
                             to_text(run.options.masked_rows)));
  }
  const auto& sequences = run.inputs.sequences;
  for (std::size_t i = 0; i < std::min(sequences.size(), listed_sequences); ++i) {
    line("tokens", tokens_text(run, sequences[i]));
    if (run.inputs.cross_attention()) line("attends_to", tokens_text(run, run.inputs.contexts[i]));
  }
  if (sequences.size() > listed_sequences) {
    line("tokens", fmt::format("... and {} sequences more", sequences.size() - listed_sequences));
  }
  return text;
}

}  // namespace mha
