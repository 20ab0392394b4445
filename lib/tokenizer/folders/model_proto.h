// The parts of a sentencepiece model that a pipeline is made of.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace mha {

struct ModelProto {
  struct Piece {
    std::string_view text;
    double score;
    bool normal, control, user_defined;
  };

  std::vector<Piece> pieces;
  enum class Kind { unigram = 1, bpe = 2, word = 3, character = 4 };
  Kind kind = Kind::unigram;
  bool byte_fallback = false;
  std::optional<std::uint32_t> unknown, bos, eos;  ///< ids of pieces

  std::string_view charsmap;  ///< empty if there is none
  bool add_dummy_prefix = true, remove_extra_whitespaces = true, escape_whitespaces = true;
};

/// Views into `bytes`, which check_model (model_check.h) has let pass.
ModelProto read_model_proto(std::string_view bytes);

}  // namespace mha
