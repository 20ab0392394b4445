// ByteLevel of `tokenizers`, as a post-processor: spans without spaces.
#include <algorithm>

#include "base/utf8.h"
#include "tokenizer/bert/bert_unicode.h"
#include "tokenizer/byte_characters.h"
#include "tokenizer/post_processors/post_processor.h"

namespace mha {
namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

bool is_space(char32_t c) { return c == byte_character(' ') || bert::is_white_space(c); }

/// `count` code points further, but not beyond `end`.
std::size_t advance(std::string_view text, std::size_t at, std::uint32_t count, std::size_t end) {
  for (; count > 0 && at < end; --count) utf8::next(text, at);
  return std::min(at, end);
}

/// `count` code points back, but not before `begin`; where it is if the text has fewer before it.
std::size_t go_back(std::string_view text, std::size_t from, std::uint32_t count, std::size_t begin) {
  std::size_t at = from;
  for (; count > 0; --count) {
    if (at == 0) return from;
    for (--at; at > 0 && is_continuation(text[at]);) --at;
  }
  return std::max(at, begin);
}

}  // namespace

void read_byte_level_processing(const Component& component, PostProcessing& processing) {
  const bool added_space = component.flag("add_prefix_space");
  component.flag_or("use_regex", true);
  if (component.flag("trim_offsets")) processing.trims.push_back({added_space});
}

PieceSpaces count_spaces(std::string_view piece) {
  PieceSpaces spaces;
  bool only_spaces = true;
  for (std::size_t at = 0; at < piece.size();) {
    if (is_space(utf8::next(piece, at))) {
      spaces.leading += only_spaces ? 1 : 0;
      ++spaces.trailing;
    } else {
      only_spaces = false;
      spaces.trailing = 0;
    }
  }
  return spaces;
}

void trim(const Trim& trim, const PieceSpaces& spaces, std::string_view text, std::size_t index,
          Token& token) {
  const bool first = index == 0 || token.begin == 0;
  const bool kept = first && trim.added_space && spaces.leading == 1;
  if (spaces.leading > 0 && !kept) token.begin = advance(text, token.begin, spaces.leading, token.end);
  if (spaces.trailing > 0) token.end = go_back(text, token.end, spaces.trailing, token.begin);
}

}  // namespace mha
