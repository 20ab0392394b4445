#include "tokenizer/models/byte_pieces.h"

#include <fmt/format.h>

#include <algorithm>

namespace mha {

BytePieces::BytePieces(const Vocabulary& vocabulary) {
  for (std::size_t byte = 0; byte < ids_.size(); ++byte) {
    ids_[byte] = vocabulary.find(fmt::format("<0x{:02X}>", byte));
  }
}

bool BytePieces::cover(std::string_view bytes) const {
  return std::all_of(bytes.begin(), bytes.end(),
                     [&](char byte) { return ids_[static_cast<unsigned char>(byte)].has_value(); });
}

}  // namespace mha
