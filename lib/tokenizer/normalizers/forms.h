// Rewriting a text by Unicode's own tables, with places as `tokenizers` keeps them.
#pragma once

#include "tokenizer/aligned_text.h"
#include "tokenizer/unicode/unicode.h"

namespace mha {

/// NFD or NFKD.
void decompose(AlignedText& text, unicode::Form form);

/// NFC or NFKC.
void compose(AlignedText& text, unicode::Form form);

/// Each code point in lower case, without context.
void lower(AlignedText& text);

}  // namespace mha
