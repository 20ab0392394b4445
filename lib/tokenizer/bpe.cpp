#include "tokenizer/bpe.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/utf8.h"
#include "tokenizer/piece_index.h"

namespace mha {
namespace {

/// Words of more bytes are looked through for places to cut them; shorter ones are seldom cut.
constexpr std::size_t uncut_bytes = 24;

/// Up to here the square of the number of symbols costs less than a queue.
constexpr std::size_t few_symbols = 32;

char32_t first_character(std::string_view text) {
  std::size_t at = 0;
  return utf8::next(text, at);
}

char32_t last_character(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return utf8::next(text, at);
}

/// Looks up the texts of merges.
class MergeReader {
 public:
  MergeReader(const Vocabulary& vocabulary, std::size_t prefix, const std::string& source,
              std::string_view where)
      : vocabulary_(vocabulary), prefix_(prefix), source_(source), where_(where) {}

  Merge read(const MergeText& text) {
    ++number_;
    PieceHash hash;
    hash.add(text.left);
    const std::uint32_t left = require(vocabulary_.find(hash, {}, text.left), text, text.left, {});
    const std::uint32_t right = require(vocabulary_.find(text.right), text, text.right, {});
    if (text.right.size() < prefix_) fail_at(text, text.right, {});
    const std::string_view rest = text.right.substr(prefix_);
    hash.add(rest);
    const std::uint32_t id = require(vocabulary_.find(hash, text.left, rest), text, text.left, rest);
    return {Merge::pair_of(left, right), 0, id};
  }

 private:
  std::uint32_t require(std::optional<std::uint32_t> id, const MergeText& text, std::string_view left,
                        std::string_view right) const {
    if (!id) fail_at(text, left, right);
    return *id;
  }

  [[noreturn]] void fail_at(const MergeText& text, std::string_view left, std::string_view right) const {
    const auto shown = [](std::string_view piece) { return utf8::printable(utf8::replace_invalid(piece)); };
    fail(Status::data, "{}: {} {} ('{} {}'): '{}{}' is not in the vocabulary", source_, where_, number_,
         shown(text.left), shown(text.right), shown(left), shown(right));
  }

  const Vocabulary& vocabulary_;
  std::size_t prefix_;
  const std::string& source_;
  std::string_view where_;
  std::size_t number_ = 0;
};

}  // namespace

Bpe::Bpe(Vocabulary vocabulary, std::span<const MergeText> merges, BpeRules rules, const std::string& source,
         std::string_view where)
    : vocabulary_(std::move(vocabulary)),
      characters_(vocabulary_, std::move(rules), source),
      may_cut_(characters_.rules().prefix.empty() && characters_.rules().suffix.empty() &&
               vocabulary_.has_unique_ids()),
      grows_(vocabulary_.has_unique_ids()),
      merges_(read_merges(merges, source, where)) {}

/// A merge makes a longer piece, and so another id than those before it, if its right part is more than the
/// prefix, which is taken off.
std::vector<Merge> Bpe::read_merges(std::span<const MergeText> texts, const std::string& source,
                                    std::string_view where) {
  MergeReader reader(vocabulary_, characters_.rules().prefix.size(), source, where);
  std::vector<Merge> merges;
  merges.reserve(texts.size());
  for (const MergeText& text : texts) {
    merges.push_back(reader.read(text));
    if (text.left.empty() || text.right.size() <= characters_.rules().prefix.size()) grows_ = false;
    if (text.left.empty() || text.right.empty()) continue;
    joints_.add(last_character(text.left), first_character(text.right));
  }
  return merges;
}

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
  std::vector<Symbol> symbols;
  symbols.reserve(std::min(part.size(), std::size_t{64}));
  characters_.split(part, vocabulary_, symbols);
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
}

}  // namespace mha
