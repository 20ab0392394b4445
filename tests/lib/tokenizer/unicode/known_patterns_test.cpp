#include "tokenizer/unicode/known_patterns.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "base/utf8.h"

using namespace mha;

namespace {

constexpr const char* expressions[] = {
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)",
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
};

/// What the expressions tell apart, and a few of any kind.
std::string random_text(std::mt19937& random) {
  constexpr std::u32string_view alphabet =
      U"    "
      U"\t\r\n\n''''stmdrevlSTMDREVL\u017F\u212A,.-"
      U"a\u00E9\u4E2D\u0301\u200D19\u0664\u00B2\u00A0\u2028\u3000\u0085"
      U"\U0001F600\U00010D40\U000105C0\u1C89";
  std::string text;
  for (std::size_t i = random() % 24; i > 0; --i) {
    char32_t c = alphabet[random() % alphabet.size()];
    if (random() % 16 == 0) c = static_cast<char32_t>(random() % 0x30000);
    if (c < 0xD800 || c > 0xDFFF) utf8::append(text, c);
  }
  return text;
}

}  // namespace

TEST_CASE("a pattern that is known by its text finds what the regular expression finds") {
  std::mt19937 random(1);
  for (const std::string expression : expressions) {
    CAPTURE(expression);
    const auto known = match_known(expression);
    REQUIRE(known);
    const auto regex = match_regex(expression, "test");
    Matches found, wanted;
    for (int i = 0; i < 50000; ++i) {
      const std::string text = random_text(random);
      CAPTURE(utf8::printable(text));
      known->find(text, found);
      regex->find(text, wanted);
      REQUIRE(found == wanted);
    }
  }
}

TEST_CASE("no other expression is known") {
  CHECK_FALSE(match_known(""));
  CHECK_FALSE(match_known(std::string(expressions[0]) + "|x"));
}
