// The built-in vocabularies, where the build put them into the binary (vocab/embed.S).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace mha {

/// The image of a PieceTable, laid out by vocab/lay_out.cpp from vocab/bert-base-uncased/vocab.txt.
std::span<const std::uint32_t> bert_base_uncased_image();

/// The bytes of vocab/english/english.model.
std::string_view english_model();

}  // namespace mha
