// Texts out of the options.
#pragma once

#include <vector>

#include "app/options.h"
#include "tokenizer/text.h"

namespace mha {

/// The texts of --text, --text-file or piped standard input, whichever is given. Throws Error: usage if none
/// or more than one is, and as read_texts.
std::vector<Text> texts_of(const TextOptions& options);

/// The texts of --pair.
std::vector<Text> pairs_of(const TextOptions& options);

/// The texts of --context.
std::vector<Text> contexts_of(const TextOptions& options);

}  // namespace mha
