#include "tokenizer/bert/wordpiece.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.h"
#include "tokenizer/bert/vocab_txt.h"
#include "tokenizer/embedded.h"

using namespace mha;

namespace {

const WordPiece& built_in() {
  static const WordPiece tokenizer(PieceTable::over(bert_base_uncased_image()), "bert-base-uncased");
  return tokenizer;
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

std::string pieces(const WordPiece& tokenizer, std::string_view text) {
  std::string joined;
  for (const Token& token : tokenizer.encode(text)) {
    if (!joined.empty()) joined += " ";
    joined += tokenizer.piece(token.id);
  }
  return joined;
}

/// Code points before byte `offset`.
std::size_t code_points(std::string_view text, std::size_t offset) {
  return static_cast<std::size_t>(std::count_if(text.begin(),
                                                text.begin() + static_cast<std::ptrdiff_t>(offset),
                                                [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string answer(const std::string& text) {
  std::ostringstream ids, offsets;
  const char* space = "";
  for (const Token& token : built_in().encode(text)) {
    ids << space << token.id;
    offsets << space << code_points(text, token.begin) << '-' << code_points(text, token.end);
    space = " ";
  }
  return ids.str() + '\t' + offsets.str();
}

}  // namespace

TEST_CASE("ids and spans are those of the official fast tokenizer on awkward texts") {
  std::ifstream file(MHA_SOURCE_DIR "/tests/golden/bert_uncased.tsv");
  std::size_t count = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const std::size_t tab = line.find('\t');
    const std::string hex = line.substr(0, tab);
    CAPTURE(hex);
    CHECK(answer(from_hex(hex)) == line.substr(tab + 1));
    ++count;
  }
  CHECK(count > 1000);
}

TEST_CASE("the sentence of the tutorial has its five tokens") {
  CHECK(answer("time flies like an arrow") == "2051 10029 2066 2019 8612\t0-4 5-10 11-15 16-18 19-24");
}

TEST_CASE("special tokens are cut out of the text as written, and only as written") {
  CHECK(pieces(built_in(), "un[MASK]ed [mask]") == "un [MASK] ed [ mask ]");
  using enum TemplateItem::Kind;
  CHECK(built_in().special_tokens(false) == Template{{special, 101, 0}, {first, 0, 0}, {special, 102, 0}});
  CHECK(built_in().special_tokens(true) ==
        Template{{special, 101, 0}, {first, 0, 0}, {special, 102, 0}, {second, 0, 1}, {special, 102, 1}});
}

TEST_CASE("a vocabulary without [UNK] is refused, one without [SEP] when special tokens are asked for") {
  CHECK_THROWS_WITH_AS(WordPiece(parse_vocab_txt("v.txt", "a\nb\n"), "v.txt"),
                       "v.txt: the vocabulary has no [UNK]; add it as a line of its own", Error);
  const WordPiece tokenizer(parse_vocab_txt("v.txt", "[UNK]\n[CLS]\na\n##b\n"), "v.txt");
  CHECK(pieces(tokenizer, "AB abb a[SEP]") == "a ##b a ##b ##b a [UNK] [UNK] [UNK]");
  CHECK_THROWS_WITH_AS(tokenizer.special_tokens(false),
                       "v.txt: the vocabulary has no [SEP]; add it as a line of its own", Error);
}

TEST_CASE("ten megabytes of one word, of spaces, of marks or of brackets take a moment") {
  for (const char* unit : {"a", " ", "[", "\u0301", "\u302e", "\u00e9", "\u4e2d", "ab "}) {
    std::string text;
    while (text.size() < 10'000'000) text += unit;
    const auto start = std::chrono::steady_clock::now();
    built_in().encode(text);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    CAPTURE(unit);
    CHECK(seconds.count() < 30);  // measured: 0.03 to 1.0; quadratic time would be hours
  }
}
