#include "tokenizer/bert/wordpiece.h"

#include <array>

#include "base/error.h"

namespace mha {
namespace {

constexpr std::string_view special_pieces[] = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
constexpr std::string_view continuation = "##";

}  // namespace

WordPiece::WordPiece(PieceTable table, std::string source)
    : table_(std::move(table)), source_(std::move(source)), unknown_(require("[UNK]")) {
  for (std::string_view piece : special_pieces) {
    if (const auto id = table_.find(piece)) specials_.emplace_back(piece, *id);
  }
}

std::uint32_t WordPiece::require(std::string_view piece) const {
  const auto id = table_.find(piece);
  if (!id) fail(Status::data, "{}: the vocabulary has no {}; add it as a line of its own", source_, piece);
  return *id;
}

Template WordPiece::special_tokens(bool pair) const {
  const std::uint32_t cls = require("[CLS]"), sep = require("[SEP]");
  using enum TemplateItem::Kind;
  Template items = {{special, cls, 0}, {first, 0, 0}, {special, sep, 0}};
  if (pair) items.insert(items.end(), {{second, 0, 1}, {special, sep, 1}});
  return items;
}

std::vector<Token> WordPiece::encode(std::string_view text) const {
  std::vector<Token> tokens;
  std::size_t begin = 0;
  for (std::size_t at = text.find('['); at != std::string_view::npos; at = text.find('[', at)) {
    const auto special = special_at(text, at);
    if (!special) {
      ++at;
      continue;
    }
    encode_plain(text, begin, at, tokens);
    tokens.push_back(*special);
    begin = at = special->end;
  }
  encode_plain(text, begin, text.size(), tokens);
  return tokens;
}

std::optional<Token> WordPiece::special_at(std::string_view text, std::size_t at) const {
  for (const auto& [piece, id] : specials_) {
    if (text.substr(at, piece.size()) == piece) return Token{id, at, at + piece.size()};
  }
  return std::nullopt;
}

void WordPiece::encode_plain(std::string_view text, std::size_t begin, std::size_t end,
                             std::vector<Token>& tokens) const {
  bert::Words words(text, begin, end);
  while (const bert::Word* word = words.next()) encode_word(*word, tokens);
}

/// Longest pieces from left to right, or [UNK] for the whole word if that leaves a rest.
void WordPiece::encode_word(const bert::Word& word, std::vector<Token>& tokens) const {
  const std::size_t before = tokens.size();
  bool known = !word.too_long();
  for (std::size_t begin = 0; known && begin < word.size();) {
    const auto match = longest_piece(word, begin);
    known = match.has_value();
    if (!known) break;
    tokens.push_back({match->id, word.span(begin).begin, word.span(match->end - 1).end});
    begin = match->end;
  }
  if (known) return;
  tokens.resize(before);
  tokens.push_back({unknown_, word.span().begin, word.span().end});
}

std::optional<WordPiece::Match> WordPiece::longest_piece(const bert::Word& word, std::size_t begin) const {
  const std::string_view prefix = begin == 0 ? std::string_view() : continuation;
  const std::string_view text = word.text();
  const std::size_t first = word.offset(begin);
  std::array<PieceHash, bert::Word::max_size + 1> hashes;
  hashes[begin].add(prefix);
  std::size_t end = begin;
  for (; end < word.size() && word.offset(end + 1) - first + prefix.size() <= table_.longest_piece(); ++end) {
    hashes[end + 1] = hashes[end];
    hashes[end + 1].add(text.substr(word.offset(end), word.offset(end + 1) - word.offset(end)));
  }
  for (; end > begin; --end) {
    const auto id = table_.find(hashes[end], prefix, text.substr(first, word.offset(end) - first));
    if (id) return Match{*id, end};
  }
  return std::nullopt;
}

}  // namespace mha
