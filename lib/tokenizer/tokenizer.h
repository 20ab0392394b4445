// What every tokenizer gives: text in, ids with their places in the text out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mha {

/// One token: its id, and the bytes [begin, end) of the text that it stands for. The span may be empty, and
/// spans may repeat: several tokens can come from one character.
struct Token {
  std::uint32_t id;
  std::size_t begin, end;

  bool operator==(const Token&) const = default;
};

/// What stands before and after a text when special tokens are asked for, as in [CLS] text [SEP].
struct SpecialTokens {
  std::vector<std::uint32_t> before, after;
};

class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// Tokens of well-formed UTF-8, without special tokens; none for an empty text.
  virtual std::vector<Token> encode(std::string_view text) const = 0;

  /// Number of pieces; every id is below it.
  virtual std::size_t size() const = 0;

  /// The piece as the vocabulary spells it ("##ing", "▁time"); `id` is below size().
  virtual std::string_view piece(std::uint32_t id) const = 0;

  virtual SpecialTokens special_tokens() const = 0;
};

}  // namespace mha
