// What components search a text for: a kind of character, a string, or a regular expression.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mha {

/// Bytes [begin, end) of a text that was searched: something found, or what lies between.
struct Match {
  std::size_t begin, end;
  bool found;

  bool operator==(const Match&) const = default;
};

/// All of a text, in order. A match may be empty.
using Matches = std::vector<Match>;

class Pattern {
 public:
  virtual ~Pattern() = default;

  /// Replaces `matches` by those of a well-formed text; none for an empty one. Throws Error(limit) if the
  /// search takes too many steps.
  virtual void find(std::string_view text, Matches& matches) const = 0;
};

/// Each code point of a kind is a match.
std::unique_ptr<Pattern> match_code_points(bool (*is_kind)(char32_t));

/// Each occurrence of a string, from left to right, without overlap. Of an empty one those of an empty
/// regular expression.
std::unique_ptr<Pattern> match_string(std::string string);

/// Each match of a regular expression in the syntax of Oniguruma, from left to right. `place` names it in
/// errors. Throws Error(data) if it is not one.
std::unique_ptr<Pattern> match_regex(const std::string& expression, std::string_view place);

/// Appends a match, and what lies between it and the one before, if anything does.
void add_match(Matches& matches, std::size_t begin, std::size_t end);

/// Appends what lies behind the last match, up to `end`.
void add_rest(Matches& matches, std::size_t end);

}  // namespace mha
