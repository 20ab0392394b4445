#include "model/inputs.h"

#include <algorithm>
#include <span>

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"

namespace mha {
namespace {

std::size_t longest(const std::vector<Sequence>& sequences) {
  std::size_t most = 0;
  for (const Sequence& sequence : sequences) most = std::max(most, sequence.tokens.size());
  return most;
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

/// Tokens that each text of a pair may keep so that both have `room` in all: truncate_encodings in
/// utils/truncation.rs of `tokenizers`.
struct Lengths {
  std::size_t first, second;
};

Lengths fit(Lengths lengths, std::size_t room) {
  if (lengths.first + lengths.second <= room) return lengths;
  auto [shorter, longer] = std::minmax(lengths.first, lengths.second);
  std::size_t few = shorter, many = few > room ? few : std::max(few, room - few);
  if (few + many > room) {
    few = room / 2;
    many = few + room % 2;
  }
  return lengths.first > lengths.second ? Lengths{many, few} : Lengths{few, many};
}

/// The tokens of one text or pair, put together by the template.
class Assembly {
 public:
  Assembly(const Template& items, const TokenizeOptions& options) : items_(items), options_(options) {}

  Sequence operator()(Text text, std::optional<Text> pair, const Tokenizer& tokenizer) const {
    std::vector<Token> first = tokenizer.encode(text.bytes), second;
    if (pair) second = tokenizer.encode(pair->bytes);
    Sequence sequence;
    sequence.dropped = truncate(first, second);
    for (const TemplateItem& item : items_) {
      const Token special{item.id, 0, 0};
      if (item.kind == TemplateItem::Kind::special) append(sequence, {&special, 1}, item);
      if (item.kind == TemplateItem::Kind::first) append(sequence, first, item);
      if (item.kind == TemplateItem::Kind::second) append(sequence, second, item);
    }
    sequence.text = std::move(text);
    sequence.pair = std::move(pair);
    return sequence;
  }

 private:
  /// Gives the number of tokens that were cut off.
  std::size_t truncate(std::vector<Token>& first, std::vector<Token>& second) const {
    if (!options_.truncate) return 0;
    const auto specials = static_cast<std::size_t>(std::count_if(
        items_.begin(), items_.end(), [](const auto& i) { return i.kind == TemplateItem::Kind::special; }));
    const std::size_t room = *options_.truncate - std::min(*options_.truncate, specials);
    const std::size_t before = first.size() + second.size();
    const Lengths lengths = fit({first.size(), second.size()}, room);
    first.resize(std::min(first.size(), lengths.first));
    second.resize(std::min(second.size(), lengths.second));
    return before - first.size() - second.size();
  }

  /// Types are left out as long as all are 0.
  static void append(Sequence& sequence, std::span<const Token> tokens, const TemplateItem& item) {
    if (tokens.empty()) return;
    const bool typed = item.type_id != 0 || !sequence.type_ids.empty();
    if (typed) sequence.type_ids.resize(sequence.tokens.size());
    sequence.tokens.insert(sequence.tokens.end(), tokens.begin(), tokens.end());
    if (typed) sequence.type_ids.resize(sequence.tokens.size(), item.type_id);
    sequence.origins.resize(sequence.tokens.size(), item.kind);
  }

  const Template& items_;
  const TokenizeOptions& options_;
};

/// Tokens of a sequence of [B, T, features] or [B, H, T, features].
std::size_t tokens_of(const GivenTensor& tensor, std::size_t max_tokens) {
  const Shape& shape = tensor.values.shape;
  const std::size_t tokens = shape[shape.size() - 2];
  if (tokens <= max_tokens) return tokens;
  fail(Status::limit, "{}: {} tokens in a sequence, more than the limit of {}; raise --max-tokens",
       utf8::printable(tensor.source), tokens, max_tokens);
}

/// 0, 1, 2, ... in place of ids.
Sequence positions(std::size_t count) {
  Sequence sequence;
  sequence.ids_are_positions = true;
  for (std::size_t t = 0; t < count; ++t) sequence.tokens.push_back({static_cast<std::uint32_t>(t), 0, 0});
  return sequence;
}

/// The texts one behind the other, without special tokens.
Template plain_template(bool pair) {
  Template items = {{TemplateItem::Kind::first, 0, 0}};
  if (pair) items.push_back({TemplateItem::Kind::second, 0, 1});
  return items;
}

}  // namespace

std::size_t Inputs::most_queries() const { return longest(sequences); }
std::size_t Inputs::most_keys() const { return longest(cross_attention() ? contexts : sequences); }

std::string place_of(const Sequence& sequence, std::size_t index) {
  return sequence.text ? sequence.text->place : fmt::format("sequence {} of --ids", index + 1);
}

std::vector<Sequence> tokenize(std::vector<Text> texts, std::vector<Text> pairs, const Tokenizer& tokenizer,
                               const TokenizeOptions& options) {
  const bool paired = !pairs.empty();
  const Template items = options.special_tokens ? tokenizer.special_tokens(paired) : plain_template(paired);
  const Assembly assemble(items, options);
  std::vector<Sequence> sequences;
  sequences.reserve(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::optional<Text> pair;
    if (paired) pair = std::move(pairs[i]);
    sequences.push_back(assemble(std::move(texts[i]), std::move(pair), tokenizer));
  }
  return sequences;
}

Sequence sequence_of(const std::vector<std::uint32_t>& ids) {
  Sequence sequence;
  for (std::uint32_t id : ids) sequence.tokens.push_back({id, 0, 0});
  return sequence;
}

Inputs inputs_of(Given given, std::size_t max_tokens) {
  const GivenTensor& queries = given.heads ? given.heads->query : *given.embeddings;
  const GivenTensor& keys = given.heads ? given.heads->key : queries;
  const std::size_t batch = queries.values.shape.front();
  const std::size_t query_tokens = tokens_of(queries, max_tokens), key_tokens = tokens_of(keys, max_tokens);
  require_memory(
      checked_product(batch, 2 * sizeof(Sequence) + (query_tokens + key_tokens) * sizeof(Token), "memory"),
      fmt::format("{}, of {} sequences,", utf8::printable(queries.source), batch));
  Inputs inputs;
  inputs.sequences.assign(batch, positions(query_tokens));
  if (query_tokens != key_tokens) inputs.contexts.assign(batch, positions(key_tokens));
  inputs.given = std::move(given);
  return inputs;
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
