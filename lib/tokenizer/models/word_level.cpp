#include "tokenizer/models/word_level.h"

#include <utility>

#include "base/error.h"
#include "base/utf8.h"

namespace mha {

void fail_without_unknown(std::string_view word, std::string_view unknown, std::string_view source) {
  constexpr std::size_t shown = 40;
  const std::string beginning = utf8::replace_invalid(word.substr(0, shown));
  fail(Status::data, "{}: '{}{}' is not in the vocabulary, nor is the piece for what is unknown, '{}'",
       source, utf8::printable(beginning), word.size() > shown ? "..." : "", utf8::printable(unknown));
}

WordLevel::WordLevel(Vocabulary vocabulary, std::string unknown, std::string source)
    : vocabulary_(std::move(vocabulary)),
      unknown_(std::move(unknown)),
      source_(std::move(source)),
      unknown_id_(vocabulary_.find(unknown_)) {}

void WordLevel::tokenize(std::string_view word, std::vector<ModelPiece>& pieces) const {
  const auto known = vocabulary_.find(word);
  if (!known && !unknown_id_) fail_without_unknown(word, unknown_, source_);
  pieces.push_back({known ? *known : *unknown_id_, 0, static_cast<std::uint32_t>(word.size())});
}

std::unique_ptr<TokenModel> load_word_level(const ModelFields& fields) {
  std::string unknown = fields.require_text("unk_token");
  return std::make_unique<WordLevel>(
      Vocabulary(read_vocabulary(fields.require("vocab"), fields.source(), "model.vocab")),
      std::move(unknown), fields.source());
}

}  // namespace mha
