// What enters a model: sequences of tokens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/tensors.h"
#include "tokenizer/text.h"
#include "tokenizer/tokenizer.h"

namespace mha {

/// The tokens of one sequence; ids given as numbers have neither text nor spans.
struct Sequence {
  std::optional<Text> text;
  std::vector<Token> tokens;
};

/// A batch: for each sequence of queries, in cross-attention, the sequence that gives its keys and values.
struct Inputs {
  std::vector<Sequence> sequences;
  std::vector<Sequence> contexts;  ///< empty, or as many as sequences

  bool cross_attention() const { return !contexts.empty(); }
  const Sequence& keys_of(std::size_t index) const {
    return contexts.empty() ? sequences[index] : contexts[index];
  }

  Dimensions dimensions(const Config& config) const;
};

/// The texts' tokens, between the tokenizer's special tokens if those are asked for.
std::vector<Sequence> tokenize(std::vector<Text> texts, const Tokenizer& tokenizer, bool special_tokens);

/// One sequence of given ids.
Sequence sequence_of(const std::vector<std::uint32_t>& ids);

/// Most tokens of a sequence in a run unless the user says otherwise: attention takes time in the square of
/// it.
inline constexpr std::size_t default_max_tokens = 32768;

/// Refuses what no run can use: no sequence at all or one without tokens (Error(data)), an id that the
/// embedding does not have (data), more than `max_tokens` tokens in a sequence (limit).
void check_inputs(const Inputs& inputs, const Config& config, std::size_t max_tokens);

}  // namespace mha
