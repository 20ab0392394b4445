#include "app/inputs.h"

#include <algorithm>

#include "app/texts.h"
#include "base/error.h"
#include "base/utf8.h"
#include "checkpoint/hub.h"
#include "model/embed.h"
#include "tokenizer/kinds.h"

namespace mha {
namespace {

/// One value serves all sequences; otherwise there is one for each.
template <class Value>
std::vector<Value> match(std::vector<Value> values, std::size_t batch, const char* option) {
  if (values.size() == 1) values.resize(batch, values.front());
  if (!values.empty() && values.size() != batch) {
    fail(Status::usage, "{} is given {} times for {} sequences; give it once for all, or once for each",
         option, values.size(), batch);
  }
  return values;
}

void check_vocabulary(const Tokenizer& tokenizer, const TextOptions& text, const Model& model) {
  if (tokenizer.size() <= model.config.vocab_size) return;
  const std::string name =
      text.tokenizer.value_or(model.name.empty() ? std::string(default_tokenizer) : model.name);
  fail(Status::data, "tokenizer {} has {} pieces, but vocab_size is {}; give {}another tokenizer",
       utf8::printable(name), tokenizer.size(), model.config.vocab_size,
       model.family == nullptr ? fmt::format("--vocab-size {} or ", tokenizer.size()) : "");
}

/// Tokens that a sequence may have, if what is longer is to be cut.
std::optional<std::size_t> truncation(const TextOptions& text, const Model& model) {
  if (!text.truncate) return std::nullopt;
  return std::min(text.max_tokens, max_positions(model).value_or(text.max_tokens));
}

std::vector<Sequence> sequences_of_ids(const TextOptions& text, std::optional<std::size_t> truncate) {
  if (!text.texts.empty() || text.file || !text.pairs.empty())
    texts_of(text);  // says that they exclude each other
  const auto types = match(text.token_types, text.ids.size(), "--token-types");
  std::vector<Sequence> sequences;
  for (std::size_t i = 0; i < text.ids.size(); ++i) {
    sequences.push_back(sequence_of(text.ids[i]));
    Sequence& sequence = sequences.back();
    if (!types.empty()) sequence.type_ids = types[i];
    if (!types.empty() && types[i].size() != sequence.tokens.size()) {
      fail(Status::usage, "--token-types has {} values for the {} ids of sequence {}; give one for each",
           types[i].size(), sequence.tokens.size(), i + 1);
    }
    if (truncate && sequence.tokens.size() > *truncate) {
      sequence.dropped = sequence.tokens.size() - *truncate;
      sequence.tokens.resize(*truncate);
      sequence.type_ids.resize(std::min(sequence.type_ids.size(), *truncate));
    }
  }
  return sequences;
}

void tell_cut(const Inputs& inputs, std::size_t most, const Messages& messages) {
  std::size_t cut = 0, longest = 0;
  for (const auto* sequences : {&inputs.sequences, &inputs.contexts}) {
    for (const Sequence& sequence : *sequences) {
      cut += sequence.dropped > 0 ? 1 : 0;
      longest = std::max(longest, sequence.tokens.size() + sequence.dropped);
    }
  }
  if (cut == 0) return;
  messages.note("--truncate cut {} of {} sequences to {} tokens; the longest had {}", cut,
                inputs.sequences.size() + inputs.contexts.size(), most, longest);
}

/// A built-in name or a path as it is; any other name is that of a model.
std::string place_of_tokenizer(const std::string& name) {
  if (is_tokenizer_name(name)) return name;
  try {
    return locate_folder({name, {}});
  } catch (const Error&) {
    // A name without organisation is more likely a built-in one misspelt, which is told better elsewhere.
    if (name.find('/') != std::string::npos) throw;
    return name;
  }
}

/// Families that are not given token types by their tokenizers take them all for 0.
void drop_types(std::vector<Sequence>& sequences, const Model& model) {
  if (model.family != nullptr && model.wiring.types_of_pairs) return;
  for (Sequence& sequence : sequences) sequence.type_ids.clear();
}

}  // namespace

std::unique_ptr<Tokenizer> choose_tokenizer(const TextOptions& text,
                                            const std::optional<std::string>& folder) {
  if (!text.tokenizer) return load_tokenizer(folder.value_or(std::string(default_tokenizer)));
  return load_tokenizer(place_of_tokenizer(*text.tokenizer));
}

TextPairs read_text_pairs(const TextOptions& text) {
  std::vector<Text> texts = texts_of(text);
  std::vector<Text> pairs = match(pairs_of(text), texts.size(), "--pair");
  return {std::move(texts), std::move(pairs)};
}

Inputs read_inputs(const Options& options, const Model& model, const Messages& messages,
                   std::unique_ptr<Tokenizer>& tokenizer) {
  const TextOptions& text = options.text;
  const bool special_tokens = text.special_tokens.value_or(model.family != nullptr);
  const auto truncate = truncation(text, model);
  if (text.ids.empty() || !text.contexts.empty()) {
    tokenizer = choose_tokenizer(text, model.folder);
    check_vocabulary(*tokenizer, text, model);
  }
  Inputs inputs;
  if (!text.ids.empty()) {
    inputs.sequences = sequences_of_ids(text, truncate);
  } else {
    if (!text.token_types.empty())
      fail(Status::usage, "--token-types goes with --ids; of texts they come from --pair");
    auto [texts, pairs] = read_text_pairs(text);
    inputs.sequences = tokenize(std::move(texts), std::move(pairs), *tokenizer, {special_tokens, truncate});
    drop_types(inputs.sequences, model);
  }
  if (!text.contexts.empty()) {
    inputs.contexts = match(tokenize(contexts_of(text), {}, *tokenizer, {special_tokens, truncate}),
                            inputs.sequences.size(), "--context");
  }
  check_inputs(inputs, model.config, text.max_tokens);
  check_positions(model, inputs);
  if (truncate) tell_cut(inputs, *truncate, messages);
  return inputs;
}

}  // namespace mha
