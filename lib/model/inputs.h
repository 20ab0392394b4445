// What enters a model: sequences of tokens.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/given.h"
#include "model/tensors.h"
#include "tokenizer/text.h"
#include "tokenizer/tokenizer.h"

namespace mha {

/// The tokens of one sequence, of one text or of a pair; ids given as numbers have neither text nor spans.
struct Sequence {
  std::optional<Text> text, pair;
  std::vector<Token> tokens;                ///< spans lie in the text that the token comes from
  std::vector<std::uint32_t> type_ids;      ///< of each token; empty if all are 0
  std::vector<TemplateItem::Kind> origins;  ///< what each token comes from; empty for ids given as numbers
  std::size_t dropped = 0;                  ///< tokens that were cut off
  bool ids_are_positions = false;           ///< numbers were given in place of tokens
};

/// A batch: for each sequence of queries, in cross-attention, the sequence that gives its keys and values.
/// Where numbers are given in place of tokens, sequences say how many there are.
struct Inputs {
  std::vector<Sequence> sequences;
  std::vector<Sequence> contexts;  ///< empty, or as many as sequences
  Given given = {};

  bool cross_attention() const { return !contexts.empty(); }
  const Sequence& keys_of(std::size_t index) const {
    return contexts.empty() ? sequences[index] : contexts[index];
  }

  /// Tokens of a sequence, or of the one that gives its keys if that is longer.
  std::size_t longest_of(std::size_t index) const {
    return std::max(sequences[index].tokens.size(), keys_of(index).tokens.size());
  }

  /// Tokens of the longest sequence, and of the longest that gives keys.
  std::size_t most_queries() const;
  std::size_t most_keys() const;
};

struct TokenizeOptions {
  bool special_tokens = false;
  std::optional<std::size_t> truncate;  ///< to so many tokens, special ones included
};

/// The texts' tokens, between the tokenizer's special tokens if those are asked for. `pairs` is empty or
/// holds the second text of each. What is too long loses tokens at its end: of a pair the longer text first,
/// as truncation "longest_first" of Hugging Face's `tokenizers` does.
std::vector<Sequence> tokenize(std::vector<Text> texts, std::vector<Text> pairs, const Tokenizer& tokenizer,
                               const TokenizeOptions& options);

/// One sequence of given ids.
Sequence sequence_of(const std::vector<std::uint32_t>& ids);

/// The batch that is given as numbers; keys are other tokens than the queries where their numbers differ.
/// Throws Error(limit) for more than `max_tokens` tokens in a sequence, or for more sequences than there is
/// memory for.
Inputs inputs_of(Given given, std::size_t max_tokens);

/// Most tokens of a sequence in a run unless the user says otherwise: attention takes time in the square of
/// it.
inline constexpr std::size_t default_max_tokens = 32768;

/// Refuses what no run can use: no sequence at all or one without tokens (Error(data)), an id that the
/// embedding does not have (data), more than `max_tokens` tokens in a sequence (limit).
void check_inputs(const Inputs& inputs, const Config& config, std::size_t max_tokens);

/// Where a sequence comes from, for messages: "--text", "notes.txt line 3", "sequence 2 of --ids".
std::string place_of(const Sequence& sequence, std::size_t index);

}  // namespace mha
