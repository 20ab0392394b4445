#include "tokenizer/models/vocabulary.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace mha;

TEST_CASE("pieces of any ids are found, and ids that no piece has are empty") {
  const std::vector<Vocabulary::Entry> entries = {{"b", 7}, {"", 3}, {"a", 0}, {"ab", 9}};
  const Vocabulary vocabulary(entries);
  CHECK(vocabulary.size() == 10);
  CHECK(vocabulary.longest_piece() == 2);
  CHECK(vocabulary.has_unique_ids());
  for (const auto& [piece, id] : entries) {
    CHECK(vocabulary.find(piece) == id);
    CHECK(vocabulary.piece(id) == piece);
  }
  CHECK(vocabulary.piece(8).empty());
  CHECK_FALSE(vocabulary.find("c").has_value());
  CHECK_FALSE(vocabulary.find("abc").has_value());
}

TEST_CASE("of a piece that is given twice the later id is found, and both ids know it") {
  const Vocabulary vocabulary(std::vector<Vocabulary::Entry>{{"a", 0}, {"b", 1}, {"a", 2}});
  CHECK(vocabulary.find("a") == 2);
  CHECK(vocabulary.piece(0) == "a");
  CHECK(vocabulary.piece(2) == "a");
  std::size_t found = 0;
  vocabulary.each_piece([&](std::string_view, std::uint32_t) { ++found; });
  CHECK(found == 2);
}

TEST_CASE("two pieces may have one id") {
  const Vocabulary vocabulary(std::vector<Vocabulary::Entry>{{"a", 1}, {"b", 1}});
  CHECK_FALSE(vocabulary.has_unique_ids());
  CHECK(vocabulary.find("a") == 1);
  CHECK(vocabulary.find("b") == 1);
  CHECK(vocabulary.piece(1) == "b");
}

TEST_CASE("a vocabulary of no pieces finds none") {
  const Vocabulary vocabulary(std::vector<Vocabulary::Entry>{});
  CHECK(vocabulary.size() == 0);
  CHECK_FALSE(vocabulary.find("").has_value());
  CHECK_FALSE(vocabulary.find("a").has_value());
}

TEST_CASE("a hundred thousand pieces are all found, also as two parts") {
  std::vector<std::string> texts;
  for (int i = 0; i < 100'000; ++i) texts.push_back("piece " + std::to_string(i * 7919));
  std::vector<Vocabulary::Entry> entries;
  for (const std::string& text : texts) entries.push_back({text, static_cast<std::uint32_t>(entries.size())});
  const Vocabulary vocabulary(entries);
  for (const auto& [piece, id] : entries) {
    PieceHash hash;
    hash.add(piece);
    REQUIRE(vocabulary.find(hash, piece.substr(0, 3), piece.substr(3)) == id);
  }
}
