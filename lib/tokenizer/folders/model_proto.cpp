#include "tokenizer/folders/model_proto.h"

#include <bit>

#include "tokenizer/sentencepiece/wire.h"

namespace mha {
namespace {

// Field numbers and values of sentencepiece_model.proto.
constexpr std::uint32_t model_pieces = 1, model_trainer = 2, model_normalizer = 3;
constexpr std::uint32_t piece_text = 1, piece_score = 2, piece_type = 3;
constexpr std::uint32_t trainer_model_type = 3, trainer_byte_fallback = 35, trainer_unknown = 40,
                        trainer_bos = 41, trainer_eos = 42;
constexpr std::uint32_t normalizer_charsmap = 2, normalizer_prefix = 3, normalizer_extra = 4,
                        normalizer_escape = 5;
constexpr std::uint64_t type_normal = 1, type_control = 3, type_user_defined = 4;

ModelProto::Piece read_piece(std::string_view message) {
  ModelProto::Piece piece{{}, 0, true, false, false};
  wire::Reader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == piece_text) piece.text = field->bytes;
    if (field->number == piece_score) {
      piece.score = static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(field->value)));
    }
    if (field->number == piece_type) {
      piece.normal = field->value == type_normal;
      piece.control = field->value == type_control;
      piece.user_defined = field->value == type_user_defined;
    }
  }
  return piece;
}

/// The id of a piece that there is.
std::optional<std::uint32_t> id_below(std::uint64_t id, std::size_t count) {
  return id < count ? std::optional(static_cast<std::uint32_t>(id)) : std::nullopt;
}

void read_trainer(std::string_view message, ModelProto& model) {
  std::uint64_t unknown = 0, bos = 1, eos = 2;
  wire::Reader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == trainer_model_type) model.kind = static_cast<ModelProto::Kind>(field->value);
    if (field->number == trainer_byte_fallback) model.byte_fallback = field->value != 0;
    if (field->number == trainer_unknown) unknown = field->value;
    if (field->number == trainer_bos) bos = field->value;
    if (field->number == trainer_eos) eos = field->value;
  }
  model.unknown = id_below(unknown, model.pieces.size());
  model.bos = id_below(bos, model.pieces.size());
  model.eos = id_below(eos, model.pieces.size());
}

void read_normalizer(std::string_view message, ModelProto& model) {
  wire::Reader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == normalizer_charsmap) model.charsmap = field->bytes;
    if (field->number == normalizer_prefix) model.add_dummy_prefix = field->value != 0;
    if (field->number == normalizer_extra) model.remove_extra_whitespaces = field->value != 0;
    if (field->number == normalizer_escape) model.escape_whitespaces = field->value != 0;
  }
}

}  // namespace

ModelProto read_model_proto(std::string_view bytes) {
  ModelProto model;
  std::string_view trainer, normalizer;
  wire::Reader reader(bytes);
  while (const auto field = reader.next()) {
    if (field->number == model_pieces) model.pieces.push_back(read_piece(field->bytes));
    if (field->number == model_trainer) trainer = field->bytes;
    if (field->number == model_normalizer) normalizer = field->bytes;
  }
  read_trainer(trainer, model);
  read_normalizer(normalizer, model);
  return model;
}

}  // namespace mha
