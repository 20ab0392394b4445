#include "tokenizer/models/bpe_characters.h"

#include <utility>

#include "base/utf8.h"
#include "tokenizer/models/piece_index.h"
#include "tokenizer/models/word_level.h"

namespace mha {
namespace {

constexpr std::size_t plain_characters = 0x10000;

bool is_one_character(std::string_view piece) {
  return piece.size() < 4 && !piece.empty() && piece.size() == character_bytes(piece[0]);
}

}  // namespace

/// A piece for unknown characters that is not written yet: it may still grow.
class BpeCharacters::PendingUnknown {
 public:
  explicit PendingUnknown(std::vector<Symbol>& symbols) : symbols_(symbols) {}

  void add(std::uint32_t id, std::uint32_t bytes, bool fuse) {
    if (fuse && pending_) {
      pending_->bytes += bytes;
      return;
    }
    flush();
    pending_ = Symbol{id, bytes};
  }

  void flush() {
    if (pending_) symbols_.push_back(*pending_);
    pending_.reset();
  }

 private:
  std::vector<Symbol>& symbols_;
  std::optional<Symbol> pending_;
};

BpeCharacters::BpeCharacters(const Vocabulary& vocabulary, BpeRules rules, const std::string& source)
    : rules_(std::move(rules)),
      source_(source),
      bytes_(vocabulary),
      plain_(Buffer<std::uint32_t>::zeros(plain_characters)) {
  if (rules_.unknown) unknown_id_ = vocabulary.find(*rules_.unknown);
  vocabulary.each_piece([&](std::string_view piece, std::uint32_t id) {
    std::size_t at = 0;
    if (is_one_character(piece)) plain_[utf8::next(piece, at)] = id + 1;
  });
}

std::uint32_t BpeCharacters::unknown_id(std::string_view character) const {
  if (!unknown_id_) fail_without_unknown(character, *rules_.unknown, source_);
  return *unknown_id_;
}

void BpeCharacters::split(std::string_view word, const Vocabulary& vocabulary,
                          std::vector<Symbol>& symbols) const {
  PendingUnknown unknown(symbols);
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t begin = at;
    const char32_t character = utf8::next(word, at);
    const auto bytes = static_cast<std::uint32_t>(at - begin);
    const std::string_view prefix = begin == 0 ? std::string_view() : rules_.prefix;
    const std::string_view suffix = at == word.size() ? rules_.suffix : std::string_view();
    const auto id = prefix.empty() && suffix.empty() ? plain(character) : std::nullopt;
    if (id) {
      unknown.flush();
      symbols.push_back({*id, bytes});
      continue;
    }
    std::string spelling(prefix);
    spelling.append(word.substr(begin, bytes)).append(suffix);
    split_rare({word.substr(begin, bytes), spelling}, vocabulary, unknown, symbols);
  }
  unknown.flush();
}

/// A character with a prefix or suffix, above U+FFFF, or without a piece.
void BpeCharacters::split_rare(const Rare& rare, const Vocabulary& vocabulary, PendingUnknown& unknown,
                               std::vector<Symbol>& symbols) const {
  const auto bytes = static_cast<std::uint32_t>(rare.character.size());
  if (const auto id = vocabulary.find(rare.spelling)) {
    unknown.flush();
    symbols.push_back({*id, bytes});
  } else if (rules_.byte_fallback && bytes_.cover(rare.spelling)) {
    // The official library leaves an unknown piece pending here, so that it comes behind the bytes.
    for (const char byte : rare.spelling) symbols.push_back({bytes_.id(byte), 1});
  } else if (rules_.unknown) {
    unknown.add(unknown_id(rare.character), bytes, rules_.fuse_unknown);
  }
}

}  // namespace mha
