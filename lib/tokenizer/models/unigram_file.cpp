#include "base/error.h"
#include "tokenizer/models/decimal.h"
#include "tokenizer/models/unigram.h"

namespace mha {
namespace {

std::optional<Unigram::Piece> read_piece(JsonValue item) {
  const auto parts = item.pair();
  if (!parts) return std::nullopt;
  const auto text = parts->first.string();
  const auto score = parts->second.number();
  if (!text || !score) return std::nullopt;
  return Unigram::Piece{*text, serde_number(*score)};
}

std::vector<Unigram::Piece> read_pieces(JsonValue list, const std::string& source) {
  if (!list.is_array()) {
    fail(Status::data, "{}: model.vocab is {}, where a list of pieces and scores is needed", source,
         list.describe());
  }
  const std::size_t count = list.size();
  check_piece_count(count, source, "model.vocab");
  std::vector<Unigram::Piece> pieces;
  pieces.reserve(count);
  list.each_item([&](JsonValue item) {
    const auto piece = read_piece(item);
    if (!piece) {
      fail(Status::data, "{}: model.vocab: item {} is {}; an item is [\"piece\", score]", source,
           pieces.size(), item.describe());
    }
    check_piece_size(piece->text, source, "model.vocab");
    pieces.push_back(*piece);
  });
  return pieces;
}

}  // namespace

std::unique_ptr<TokenModel> load_unigram(const ModelFields& fields) {
  const auto pieces = read_pieces(fields.require("vocab"), fields.source());
  const auto unknown = fields.natural("unk_id");
  if (unknown && *unknown >= pieces.size()) {
    fail(Status::data, "{}: model.unk_id is {}, but model.vocab has {} pieces", fields.source(), *unknown,
         pieces.size());
  }
  std::optional<std::uint32_t> unknown_id;
  if (unknown) unknown_id = static_cast<std::uint32_t>(*unknown);
  return std::make_unique<Unigram>(pieces, unknown_id, fields.flag("byte_fallback"), fields.source());
}

}  // namespace mha
