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

/// A piece for unknown characters that is not written yet: it may still grow.
class PendingUnknown {
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

}  // namespace

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

std::optional<std::uint32_t> BpeCharacters::find(std::string_view spelling,
                                                 const Vocabulary& vocabulary) const {
  if (!is_one_character(spelling)) return vocabulary.find(spelling);
  std::size_t at = 0;
  return plain(utf8::next(spelling, at));
}

std::uint32_t BpeCharacters::unknown_id(std::string_view character) const {
  if (!unknown_id_) fail_without_unknown(character, *rules_.unknown, source_);
  return *unknown_id_;
}

void BpeCharacters::split(std::string_view word, const Vocabulary& vocabulary,
                          std::vector<Symbol>& symbols) const {
  PendingUnknown unknown(symbols);
  std::string affixed;
  for (std::size_t at = 0; at < word.size();) {
    const std::string_view character = word.substr(at, character_bytes(word[at]));
    const std::string_view prefix = at == 0 ? std::string_view() : rules_.prefix;
    at += character.size();
    const std::string_view suffix = at == word.size() ? rules_.suffix : std::string_view();
    std::string_view spelling = character;
    if (!prefix.empty() || !suffix.empty()) {
      affixed.assign(prefix).append(character).append(suffix);
      spelling = affixed;
    }
    const auto bytes = static_cast<std::uint32_t>(character.size());
    if (const auto id = find(spelling, vocabulary)) {
      unknown.flush();
      symbols.push_back({*id, bytes});
    } else if (rules_.byte_fallback && bytes_.cover(spelling)) {
      // The official library leaves an unknown piece pending here, so that it comes behind the bytes.
      for (const char byte : spelling) symbols.push_back({bytes_.id(byte), 1});
    } else if (rules_.unknown) {
      unknown.add(unknown_id(character), bytes, rules_.fuse_unknown);
    }
  }
  unknown.flush();
}

}  // namespace mha
