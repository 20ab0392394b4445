// The tokenizer of a tokenizer.json: components in a row.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenizer/added_tokens.h"
#include "tokenizer/models/token_model.h"
#include "tokenizer/normalizers/normalizer.h"
#include "tokenizer/post_processors/post_processor.h"
#include "tokenizer/pre_tokenizers/pre_tokenizer.h"
#include "tokenizer/tokenizer.h"

namespace mha {

/// The components; a normalizer and a pre-tokenizer may be absent.
struct PipelineParts {
  std::unique_ptr<Normalizer> normalizer;
  std::unique_ptr<PreTokenizer> pre_tokenizer;
  std::unique_ptr<TokenModel> model;
  PostProcessing processing;
  std::vector<std::pair<AddedToken, std::uint32_t>> added;  ///< with their ids
};

/// Ids and spans equal to `tokenizers` 0.23, in bytes.
class Pipeline : public Tokenizer {
 public:
  explicit Pipeline(PipelineParts parts);

  /// Throws Error(limit) for a text of 4 GiB or more, or if a regular expression takes too many steps.
  std::vector<Token> encode(std::string_view text) const override;
  std::size_t size() const override { return size_; }
  std::string_view piece(std::uint32_t id) const override;
  Template special_tokens(bool pair) const override;

 private:
  struct Scratch;

  void extract_added(std::string_view text, Scratch& scratch) const;
  PieceSpaces spaces_of(std::uint32_t id) const { return spaces_.empty() ? PieceSpaces{} : spaces_[id]; }
  void put_tokens(std::string_view text, Scratch& scratch, std::vector<Token>& tokens) const;

  PipelineParts parts_;
  AddedTokenSet raw_, normalized_;
  std::vector<std::pair<std::uint32_t, std::string>> added_pieces_;  // by id
  std::vector<PieceSpaces> spaces_;                                  // of the model, if spans are trimmed
  std::optional<std::uint32_t> text_piece_;                          // if spans are trimmed
  std::size_t size_;
};

}  // namespace mha
