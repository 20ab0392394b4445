#include "model/inputs.h"

#include <algorithm>

#include "base/error.h"

namespace mha {
namespace {

std::size_t longest(const std::vector<Sequence>& sequences) {
  std::size_t most = 0;
  for (const Sequence& sequence : sequences) most = std::max(most, sequence.tokens.size());
  return most;
}

std::string place_of(const Sequence& sequence, std::size_t index) {
  return sequence.text ? sequence.text->place : fmt::format("sequence {} of --ids", index + 1);
}

void check_sequence(const Sequence& sequence, std::size_t index, const Config& config,
                    std::size_t max_tokens) {
  const std::size_t count = sequence.tokens.size();
  if (count == 0) {
    fail(Status::data,
         "{}: gives no token, so there is nothing to attend to; give some text, or --special-tokens",
         place_of(sequence, index));
  }
  if (count > max_tokens) {
    fail(Status::limit, "{}: {} tokens, more than the limit of {}; split the text, or raise --max-tokens",
         place_of(sequence, index), count, max_tokens);
  }
  for (const Token& token : sequence.tokens) {
    if (token.id < config.vocab_size) continue;
    fail(Status::data, "{}: id {} is not below vocab_size {}", place_of(sequence, index), token.id,
         config.vocab_size);
  }
}

}  // namespace

Dimensions Inputs::dimensions(const Config& config) const {
  const std::size_t queries = longest(sequences);
  return {config, sequences.size(), queries, cross_attention() ? longest(contexts) : queries,
          cross_attention()};
}

std::vector<Sequence> tokenize(std::vector<Text> texts, const Tokenizer& tokenizer, bool special_tokens) {
  const Template plain = {{TemplateItem::Kind::first, 0, 0}};
  const Template items = special_tokens ? tokenizer.special_tokens(false) : plain;
  std::vector<Sequence> sequences;
  sequences.reserve(texts.size());
  for (Text& text : texts) {
    std::vector<Token> tokens;
    for (const TemplateItem& item : items) {
      if (item.kind == TemplateItem::Kind::special) {
        tokens.push_back({item.id, 0, 0});
      } else {
        const std::vector<Token> inner = tokenizer.encode(text.bytes);
        tokens.insert(tokens.end(), inner.begin(), inner.end());
      }
    }
    sequences.push_back({std::move(text), std::move(tokens)});
  }
  return sequences;
}

Sequence sequence_of(const std::vector<std::uint32_t>& ids) {
  Sequence sequence;
  for (std::uint32_t id : ids) sequence.tokens.push_back({id, 0, 0});
  return sequence;
}

void check_inputs(const Inputs& inputs, const Config& config, std::size_t max_tokens) {
  if (inputs.sequences.empty())
    fail(Status::data, "the input holds no text; give --text, --text-file or --ids");
  for (const auto* sequences : {&inputs.sequences, &inputs.contexts}) {
    for (std::size_t i = 0; i < sequences->size(); ++i)
      check_sequence((*sequences)[i], i, config, max_tokens);
  }
}

}  // namespace mha
