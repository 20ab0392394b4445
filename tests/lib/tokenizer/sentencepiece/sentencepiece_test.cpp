#include "tokenizer/sentencepiece/sentencepiece.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tokenizer/embedded.h"

using namespace mha;

namespace {

const SentencePiece& english() {
  static const SentencePiece tokenizer("english", english_model());
  return tokenizer;
}

std::string pieces(std::string_view text) {
  std::string joined;
  for (const Token& token : english().encode(text)) {
    if (!joined.empty()) joined += " ";
    joined += english().piece(token.id);
  }
  return joined;
}

}  // namespace

TEST_CASE("english begins with the special pieces, and gives [CLS] and [SEP] as special tokens") {
  const char* expected[] = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<0x00>"};
  for (std::uint32_t id = 0; id < 6; ++id) CHECK(english().piece(id) == expected[id]);
  CHECK(english().size() == 8000);
  using enum TemplateItem::Kind;
  CHECK(english().special_tokens(false) == Template{{special, 2, 0}, {first, 0, 0}, {special, 3, 0}});
  CHECK(english().special_tokens(true) ==
        Template{{special, 2, 0}, {first, 0, 0}, {special, 3, 0}, {second, 0, 1}, {special, 3, 1}});
}

TEST_CASE("english folds case and compatibility forms") {
  // spm_encode of sentencepiece 0.1.97
  CHECK(pieces("time flies like an arrow") == "\u2581time \u2581flies \u2581like \u2581an \u2581arrow");
  CHECK(pieces("Multi-head ATTENTION") == "\u2581multi - head \u2581attention");
  CHECK(pieces("\ufb01ne") == pieces("fine"));
}

TEST_CASE("english has no unknowns: what is not in it is spelt in bytes") {
  CHECK(pieces("\u4f60") == "\u2581 <0xE4> <0xBD> <0xA0>");
  for (const Token& token : english().encode("\u4f60\U0001f600\u0416\u05d0\U0010ffff")) CHECK(token.id != 1);
}

TEST_CASE("spans are in bytes of the text as it was given") {
  const std::string text = "  two   \ufb01ne ";
  const auto tokens = english().encode(text);
  REQUIRE(tokens.size() == 2);
  CHECK(text.substr(tokens[0].begin, tokens[0].end - tokens[0].begin) == "two");
  CHECK(text.substr(tokens[1].begin, tokens[1].end - tokens[1].begin) == "   \ufb01ne");
  CHECK(english().encode("").empty());
  CHECK(english().encode("   ").empty());
}
