#include "tokenizer/bert/standard_bert.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "tokenizer/bert/vocab_txt.h"
#include "tokenizer/post_processors/post_processor.h"

namespace mha {
namespace {

bool is_text(const JsonValue& object, std::string_view name, std::string_view text) {
  const auto found = object.find(name);
  return found && found->string() == text;
}

bool is_flag(const JsonValue& object, std::string_view name, bool flag) {
  const auto found = object.find(name);
  return found && found->boolean() == flag;
}

bool has_standard_cutting(const JsonValue& root) {
  const auto normalizer = root.find("normalizer"), pre_tokenizer = root.find("pre_tokenizer");
  if (!normalizer || !pre_tokenizer) return false;
  const auto accents = normalizer->find("strip_accents");
  return is_text(*normalizer, "type", "BertNormalizer") && is_flag(*normalizer, "clean_text", true) &&
         is_flag(*normalizer, "handle_chinese_chars", true) && is_flag(*normalizer, "lowercase", true) &&
         (!accents || accents->is_null() || accents->boolean() == true) &&
         is_text(*pre_tokenizer, "type", "BertPreTokenizer");
}

bool has_standard_model(const JsonValue& model) {
  const auto longest = model.find("max_input_chars_per_word");
  return is_text(model, "type", "WordPiece") && is_text(model, "unk_token", "[UNK]") &&
         is_text(model, "continuing_subword_prefix", "##") && longest && longest->natural() == 100U;
}

/// The pieces by id; none if an id is missing or given twice, or a piece is odd.
std::vector<std::string_view> dense_pieces(const JsonValue& vocabulary) {
  const std::size_t size = vocabulary.size();
  std::vector<std::string_view> pieces(std::min(size, max_vocabulary_pieces));
  bool dense = size <= max_vocabulary_pieces;
  vocabulary.each_member([&](std::string_view piece, JsonValue value) {
    const auto id = value.natural();
    dense = dense && id && *id < pieces.size() && pieces[*id].empty() && !piece.empty() &&
            piece.size() <= max_piece_bytes;
    if (dense) pieces[*id] = piece;
  });
  if (!dense) pieces.clear();
  return pieces;
}

/// Whether the added tokens are those that WordPiece takes out of texts.
bool has_standard_tokens(const Component& root, const PieceTable& table) {
  constexpr std::string_view names[] = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};
  std::size_t wanted = 0, found = 0;
  for (const std::string_view name : names) wanted += table.find(name) ? 1 : 0;
  for (const Component& token : root.components("added_tokens")) {
    const std::string_view content = token.text("content");
    const bool flagged =
        token.flag("single_word") || token.flag("lstrip") || token.flag("rstrip") || token.flag("normalized");
    const bool named = std::find(std::begin(names), std::end(names), content) != std::end(names);
    if (flagged || !named || !table.find(content)) return false;
    token.natural("id");
    token.flag("special");
    ++found;
  }
  return found == wanted;
}

bool has_standard_template(const Component& root, const WordPiece& tokenizer) {
  PostProcessing processing;
  read_post_processor(root.component("post_processor"), processing);
  return processing.trims.empty() &&
         PostProcessing::join(processing.single) == tokenizer.special_tokens(false) &&
         PostProcessing::join(processing.pair) == tokenizer.special_tokens(true);
}

}  // namespace

std::unique_ptr<WordPiece> read_standard_bert(const Component& root, const std::string& path) {
  const auto model = root.value().find("model");
  if (!model || !has_standard_cutting(root.value()) || !has_standard_model(*model)) return nullptr;
  const auto vocabulary = model->find("vocab");
  if (!vocabulary || !root.value().find("added_tokens")) return nullptr;
  const std::vector<std::string_view> pieces = dense_pieces(*vocabulary);
  if (pieces.empty()) return nullptr;
  PieceTable table = PieceTable::build(pieces);
  for (const std::string_view needed : {"[UNK]", "[CLS]", "[SEP]"}) {
    if (!table.find(needed)) return nullptr;
  }
  if (!root.optional_component("post_processor") || !has_standard_tokens(root, table)) return nullptr;
  auto tokenizer = std::make_unique<WordPiece>(std::move(table), path);
  return has_standard_template(root, *tokenizer) ? std::move(tokenizer) : nullptr;
}

}  // namespace mha
