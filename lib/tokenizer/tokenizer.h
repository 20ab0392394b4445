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

/// An item of what is made of one text or of a pair: a special token, or all tokens of the first or second
/// text.
struct TemplateItem {
  enum class Kind { special, first, second };
  Kind kind;
  std::uint32_t id;       ///< of the special token
  std::uint32_t type_id;  ///< token type of the special token, or of all tokens of that text

  bool operator==(const TemplateItem&) const = default;
};

/// Where special tokens stand when they are asked for, as in [CLS] first [SEP] second [SEP].
using Template = std::vector<TemplateItem>;

class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  /// Tokens of well-formed UTF-8, without special tokens; none for an empty text.
  virtual std::vector<Token> encode(std::string_view text) const = 0;

  /// Number of pieces; every id is below it.
  virtual std::size_t size() const = 0;

  /// The piece as the vocabulary spells it ("##ing", "▁time"); `id` is below size().
  virtual std::string_view piece(std::uint32_t id) const = 0;

  /// The template of a single text, or of a pair.
  virtual Template special_tokens(bool pair) const = 0;
};

}  // namespace mha
