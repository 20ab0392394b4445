#include "tokenizer/models/bpe.h"

#include <span>
#include <utility>

#include "base/utf8.h"

namespace mha {
namespace {

/// Words of more bytes are looked through for places to cut them; shorter ones are seldom cut.
constexpr std::size_t uncut_bytes = 24;

/// Memory for so many symbols is kept from one word to the next.
constexpr std::size_t kept_symbols = std::size_t{1} << 16;

}  // namespace

Bpe::Bpe(Vocabulary vocabulary, MergeList merges, BpeRules rules, const std::string& source)
    : vocabulary_(std::move(vocabulary)),
      characters_(vocabulary_, std::move(rules), source),
      joints_(std::move(merges.joints)),
      may_cut_(characters_.rules().prefix.empty() && characters_.rules().suffix.empty() &&
               vocabulary_.has_unique_ids()),
      grows_(merges.grows && vocabulary_.has_unique_ids()),
      merges_(merges.merges) {}

void Bpe::tokenize(std::string_view word, std::vector<ModelPiece>& pieces) const {
  if (characters_.rules().ignore_merges) {
    if (const auto id = vocabulary_.find(word)) {
      pieces.push_back({*id, 0, static_cast<std::uint32_t>(word.size())});
      return;
    }
  }
  if (may_cut_ && word.size() > uncut_bytes) return tokenize_parts(word, pieces);
  tokenize_part(word, 0, pieces);
}

/// Cuts between two characters that are pieces but that no merge brings together.
void Bpe::tokenize_parts(std::string_view word, std::vector<ModelPiece>& pieces) const {
  std::size_t begin = 0, at = 0;
  std::uint32_t end = 0;
  char32_t last = utf8::next(word, at);
  bool last_plain = characters_.plain(last).has_value();
  while (at < word.size()) {
    const std::size_t here = at;
    const char32_t character = utf8::next(word, at);
    const bool plain = characters_.plain(character).has_value();
    if (plain && last_plain && !joints_.may_join(last, character)) {
      end = tokenize_part(word.substr(begin, here - begin), end, pieces);
      begin = here;
    }
    last = character;
    last_plain = plain;
  }
  tokenize_part(word.substr(begin), end, pieces);
}

/// The pieces of a part, counted from `begin`; gives where they end.
std::uint32_t Bpe::tokenize_part(std::string_view part, std::uint32_t begin,
                                 std::vector<ModelPiece>& pieces) const {
  const std::size_t before = pieces.size();
  if (!cache_.recall(part, pieces)) {
    compute(part, pieces);
    cache_.remember(part, std::span(pieces).subspan(before));
  }
  if (pieces.size() == before) return begin;
  if (begin != 0) {
    for (ModelPiece& piece : std::span(pieces).subspan(before)) {
      piece.begin += begin;
      piece.end += begin;
    }
  }
  return pieces.back().end;
}

void Bpe::compute(std::string_view part, std::vector<ModelPiece>& pieces) const {
  static thread_local std::vector<Symbol> symbols;
  symbols.clear();
  characters_.split(part, vocabulary_, symbols);
  if (symbols.empty()) return;
  if (symbols.size() <= few_symbols && grows_) {
    merge_few(symbols, merges_);
  } else {
    merge_many(symbols, merges_);
  }
  std::uint32_t end = 0;
  for (const Symbol& symbol : symbols) {
    const std::uint32_t begin = end;
    end += symbol.bytes;
    pieces.push_back({symbol.id, begin, end});
  }
  if (symbols.capacity() > kept_symbols) symbols = {};
}

}  // namespace mha
