// The catalogue of tokenizers: the kinds of vocabulary that can be read, and the vocabularies inside the
// binary. A new kind is one file and two lines: its declaration and its entry in `tokenizer_kinds`.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tokenizer/tokenizer.h"

namespace mha {

/// A kind of file. The first whose `matches` holds is asked to load it.
struct TokenizerKind {
  std::string_view name;
  std::string_view form;         ///< how to name one: "FILE.model"
  std::string_view description;  ///< one line for the help
  bool (*matches)(std::string_view path);
  std::unique_ptr<Tokenizer> (*load)(const std::string& path);
};

/// A vocabulary inside the binary.
struct BuiltinTokenizer {
  std::string_view name;
  std::string_view description;
  std::unique_ptr<Tokenizer> (*load)();
};

std::span<const TokenizerKind> tokenizer_kinds();
std::span<const BuiltinTokenizer> builtin_tokenizers();

/// The one that is used when none is asked for.
constexpr std::string_view default_tokenizer = "bert-base-uncased";

/// True for what load_tokenizer takes for a built-in vocabulary or for something in the file system; other
/// names may be looked for elsewhere.
bool is_tokenizer_name(const std::string& name_or_path);

/// A built-in vocabulary by name, or a file of some kind, or a folder that holds one (tokenizer.json,
/// vocab.txt, vocab.json with merges.txt, spiece.model, spm.model, sentencepiece.bpe.model or
/// tokenizer.model, in this order, with the configuration beside it). Throws Error(usage) for a name that is
/// none of these, Error(io) for what cannot be read, Error(data) or Error(limit) for what is in it.
std::unique_ptr<Tokenizer> load_tokenizer(const std::string& name_or_path);

}  // namespace mha
