// Tokens that are taken out of a text as a whole, before or after it is normalised.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/unicode/pattern.h"

namespace mha {

struct AddedToken {
  std::string content;
  bool single_word = false;  ///< not inside of a word
  bool lstrip = false;       ///< with the white space before it
  bool rstrip = false;       ///< with the white space behind it
  bool normalized = true;    ///< in the normalised text, by its normalised content
  bool special = false;

  bool operator==(const AddedToken&) const = default;
};

/// A set of texts to look for, each with its flags and id.
class AddedTokenSet {
 public:
  /// Takes `text` for what is looked for instead of the content of `token`. An empty text is never found, and
  /// of equal ones only the first.
  void add(const AddedToken& token, std::string text, std::uint32_t id);

  /// To be called once, behind the last add().
  void sort();

  bool empty() const { return entries_.empty(); }

  /// Cuts `text` into what is found, from left to right, the longest first, and what lies between; ids[i] is
  /// the one of matches[i]. As in `tokenizers` one match may reach into the next, by white space; one that
  /// `lstrip` moves behind its own end, where that library gives up, is none.
  void find(std::string_view text, Matches& matches, std::vector<std::optional<std::uint32_t>>& ids) const;

 private:
  struct Entry {
    std::string text;
    AddedToken token;
    std::uint32_t id;
  };

  const Entry* longest_at(std::string_view text) const;

  std::vector<Entry> entries_;  // in order of their texts
  std::array<bool, 256> begins_{};
};

}  // namespace mha
