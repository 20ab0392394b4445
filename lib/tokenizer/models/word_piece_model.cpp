#include "tokenizer/models/word_piece_model.h"

#include <utility>

#include "base/utf8.h"
#include "tokenizer/models/word_level.h"

namespace mha {

WordPieceModel::WordPieceModel(std::span<const Vocabulary::Entry> entries, Rules rules, std::string source)
    : index_(entries),
      rules_(std::move(rules)),
      unknown_id_(index_.vocabulary().find(rules_.unknown)),
      source_(std::move(source)) {
  continuation_hash_.add(rules_.continuation);
}

void WordPieceModel::tokenize(std::string_view word, std::vector<ModelPiece>& pieces) const {
  const std::size_t before = pieces.size();
  if (utf8::length(word) <= rules_.max_characters && spell(word, pieces)) return;
  if (!unknown_id_) fail_without_unknown(word, rules_.unknown, source_);
  pieces.resize(before);
  pieces.push_back({*unknown_id_, 0, static_cast<std::uint32_t>(word.size())});
}

bool WordPieceModel::spell(std::string_view word, std::vector<ModelPiece>& pieces) const {
  for (std::size_t begin = 0; begin < word.size();) {
    const std::string_view prefix = begin == 0 ? std::string_view() : rules_.continuation;
    const PieceHash hash = begin == 0 ? PieceHash() : continuation_hash_;
    std::size_t end = begin;
    std::uint32_t longest = 0;
    index_.each_beginning(hash, prefix, word.substr(begin), [&](std::size_t length, std::uint32_t id) {
      end = begin + length;
      longest = id;
    });
    if (end == begin) return false;
    pieces.push_back({longest, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    begin = end;
  }
  return true;
}

std::unique_ptr<TokenModel> load_word_piece(const ModelFields& fields) {
  WordPieceModel::Rules rules{fields.require_text("unk_token"),
                              fields.require_text("continuing_subword_prefix"),
                              fields.require_natural("max_input_chars_per_word")};
  return std::make_unique<WordPieceModel>(
      read_vocabulary(fields.require("vocab"), fields.source(), "model.vocab"), std::move(rules),
      fields.source());
}

}  // namespace mha
