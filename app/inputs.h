// What a run works on, out of the options: texts or ids, as sequences of tokens.
#pragma once

#include <memory>

#include "app/messages.h"
#include "app/options.h"
#include "model/inputs.h"
#include "model/model.h"
#include "tokenizer/tokenizer.h"

namespace mha {

/// The tokenizer that --tokenizer names (a built-in one, a file, a folder, or a name in the Hugging Face
/// cache); else the one in the folder of a checkpoint; else, without a checkpoint, the default. Throws Error.
std::unique_ptr<Tokenizer> choose_tokenizer(const TextOptions& text,
                                            const std::optional<std::string>& folder);

/// Texts of the options, and the second text of each where --pair gives them.
struct TextPairs {
  std::vector<Text> texts, pairs;
};

TextPairs read_text_pairs(const TextOptions& text);

/// Texts or ids of the options as sequences that the model can take; leaves the tokenizer in `tokenizer`
/// where one was needed. Throws Error for what it cannot take.
Inputs read_inputs(const Options& options, const Model& model, const Messages& messages,
                   std::unique_ptr<Tokenizer>& tokenizer);

}  // namespace mha
