// vocab.txt: a word piece a line, the number of the line is the id.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tokenizer/piece_table.h"

namespace mha {

constexpr std::size_t max_vocabulary_bytes = std::size_t{64} << 20;
constexpr std::size_t max_vocabulary_pieces = std::size_t{1} << 21;
constexpr std::size_t max_piece_bytes = 4096;

/// Reads the content of a vocab.txt; `path` is for messages. White space at the end of a line is dropped, as
/// Hugging Face's `tokenizers` does; the last line may lack its end. Throws Error(data) with the line for
/// blank and duplicate lines, a byte order mark, NUL, ill-formed UTF-8, or content of another kind, and
/// Error(limit) above the maxima.
PieceTable parse_vocab_txt(const std::string& path, std::string_view content);

}  // namespace mha
