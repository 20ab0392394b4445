// A look at a sentencepiece model before the library parses it.
#pragma once

#include <string>
#include <string_view>

namespace mha {

/// Throws Error(data) that names `path`, the piece and the reason unless `bytes` is a model that
/// sentencepiece 0.1.97 loads and runs within its own bounds, as far as is known: the library trusts what it
/// reads (google/sentencepiece #1207, #1263, #1269). Above 64 MiB, 2^21 pieces or 4096 bytes a piece:
/// Error(limit). Takes time and memory in proportion to the bytes.
void check_model(const std::string& path, std::string_view bytes);

}  // namespace mha
