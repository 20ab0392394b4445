#include "tokenizer/piece_table.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/file.h"
#include "tokenizer/bert/vocab_txt.h"
#include "tokenizer/embedded.h"

using namespace mha;

TEST_CASE("every piece is found under its id, and nothing else is") {
  std::vector<std::string> names;
  for (int i = 0; i < 5000; ++i) names.push_back(fmt::format("p{}", i * 7));
  const std::vector<std::string_view> pieces(names.begin(), names.end());
  const PieceTable table = PieceTable::build(pieces);
  CHECK(table.size() == 5000);
  CHECK(table.longest_piece() == 6);
  for (std::uint32_t id = 0; id < pieces.size(); ++id) {
    REQUIRE(table.find(pieces[id]) == id);
    REQUIRE(table.piece(id) == pieces[id]);
  }
  CHECK_FALSE(table.find("p1"));
  CHECK_FALSE(table.find(""));
  CHECK_FALSE(table.find("p"));
}

TEST_CASE("a hash that grows byte by byte finds a piece in two parts") {
  const std::vector<std::string_view> pieces = {"##ing", "ing"};
  const PieceTable table = PieceTable::build(pieces);
  PieceHash hash;
  hash.add("##");
  for (char c : std::string_view("ing")) hash.add(c);
  CHECK(table.find(hash, "##", "ing") == 0);
  CHECK_FALSE(table.find(hash, "", "ing"));
}

TEST_CASE("a table over an image says the same as the one that was built, and of equal pieces the first") {
  const std::vector<std::string_view> pieces = {"a", "b", "a", "\u00e9"};
  const PieceTable built = PieceTable::build(pieces);
  const PieceTable table = PieceTable::over(built.image());
  CHECK(table.find("a") == 0);
  CHECK(table.piece(2) == "a");
  CHECK(table.find("\u00e9") == 3);
}

TEST_CASE("the vocabulary inside the binary is the one in vocab/") {
  const std::string path = MHA_SOURCE_DIR "/vocab/bert-base-uncased/vocab.txt";
  const PieceTable built = parse_vocab_txt(path, read_file(path, max_vocabulary_bytes));
  CHECK(built.size() == 30522);
  CHECK(std::ranges::equal(built.image(), bert_base_uncased_image()));
  CHECK(read_file(MHA_SOURCE_DIR "/vocab/english/english.model", max_vocabulary_bytes) == english_model());
}
