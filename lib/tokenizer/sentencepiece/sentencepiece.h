// Vocabularies of sentencepiece: a .model file.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/tokenizer.h"

namespace mha {

/// Whether the bytes of a model come from elsewhere and are checked first, or are our own.
enum class Origin { foreign, builtin };

/// Ids, pieces and spans as sentencepiece itself gives them (tested with 0.1.97): ids are those of the
/// .model, which some Hugging Face models shift. Spans are in bytes of the text; they may be empty or wide,
/// where normalisation drops, merges or splits characters.
class SentencePiece : public Tokenizer {
 public:
  /// `path` names the model in messages. Throws Error(data), see model_check.h, or if the library refuses it.
  SentencePiece(const std::string& path, std::string_view model, Origin origin = Origin::foreign);
  ~SentencePiece() override;

  /// Throws Error(limit) for a text above 256 MiB.
  std::vector<Token> encode(std::string_view text) const override;
  std::size_t size() const override;
  std::string_view piece(std::uint32_t id) const override;

  /// [CLS] and [SEP] if the model has both as control pieces; else the control pieces that it names as
  /// beginning and end (<s>, </s>), as far as it has them.
  Template special_tokens(bool pair) const override;

 private:
  struct Library;
  std::unique_ptr<Library> library_;
};

}  // namespace mha
