#include "tokenizer/folders/model_proto.h"

#include <bit>

#include "tokenizer/sentencepiece/wire.h"

namespace mha {
namespace {

// Field numbers and values of sentencepiece_model.proto.
constexpr std::uint32_t model_pieces = 1, model_trainer = 2, model_normalizer = 3;
constexpr std::uint32_t piece_text = 1, piece_score = 2, piece_type = 3;
constexpr std::uint32_t trainer_model_type = 3, normalizer_charsmap = 2;
constexpr std::uint64_t type_control = 3, type_user_defined = 4, type_unigram = 1;

ModelProto::Piece read_piece(std::string_view message) {
  ModelProto::Piece piece{{}, 0, false, false};
  wire::Reader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == piece_text) piece.text = field->bytes;
    if (field->number == piece_score) {
      piece.score = static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(field->value)));
    }
    if (field->number == piece_type) {
      piece.control = field->value == type_control;
      piece.user_defined = field->value == type_user_defined;
    }
  }
  return piece;
}

}  // namespace

ModelProto read_model_proto(std::string_view bytes) {
  ModelProto model;
  wire::Reader reader(bytes);
  while (const auto field = reader.next()) {
    if (field->number == model_pieces) model.pieces.push_back(read_piece(field->bytes));
    if (field->number != model_trainer && field->number != model_normalizer) continue;
    wire::Reader inner(field->bytes);
    while (const auto member = inner.next()) {
      if (field->number == model_trainer && member->number == trainer_model_type) {
        model.unigram = member->value == type_unigram;
      }
      if (field->number == model_normalizer && member->number == normalizer_charsmap) {
        model.charsmap = member->bytes;
      }
    }
  }
  return model;
}

}  // namespace mha
