// The parts of a sentencepiece model that a pipeline is made of.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace mha {

struct ModelProto {
  struct Piece {
    std::string_view text;
    double score;
    bool control, user_defined;
  };

  std::vector<Piece> pieces;
  bool unigram = true;
  std::string_view charsmap;  ///< empty if there is none
};

/// Views into `bytes`, which check_model (model_check.h) has let pass.
ModelProto read_model_proto(std::string_view bytes);

}  // namespace mha
