// tokenizer.json, as Hugging Face's `tokenizers` writes it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "tokenizer/models/token_model.h"
#include "tokenizer/tokenizer.h"

namespace mha {

/// The largest that are published have 33 MB.
constexpr std::size_t max_tokenizer_json_bytes = std::size_t{256} << 20;

/// The tokenizer that the content of a tokenizer.json describes; `path` names it in errors. Its "truncation",
/// "padding" and "decoder" are not looked at. Throws Error(data) that names the place for what is no such
/// document, for a component that is not known, and for ids in a template that no piece has.
std::unique_ptr<Tokenizer> parse_tokenizer_json(const std::string& path, std::string content);

/// The same of a document without a "model", and of a model from elsewhere.
std::unique_ptr<Tokenizer> assemble_tokenizer(const std::string& path, std::string content,
                                              std::unique_ptr<TokenModel> model);

}  // namespace mha
