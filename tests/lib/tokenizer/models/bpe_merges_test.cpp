#include "tokenizer/models/bpe_merges.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

using namespace mha;

namespace {

/// Merges of a few symbols, each to a new id, in any order.
std::vector<Merge> random_merges(std::mt19937& random, std::uint32_t alphabet, std::uint32_t count) {
  std::vector<Merge> merges;
  for (std::uint32_t id = alphabet; id < alphabet + count; ++id) {
    merges.push_back(
        {static_cast<std::uint32_t>(random() % id), static_cast<std::uint32_t>(random() % id), id});
  }
  std::shuffle(merges.begin(), merges.end(), random);
  return merges;
}

std::vector<std::uint32_t> ids(const std::vector<Symbol>& symbols) {
  std::vector<std::uint32_t> all;
  for (const Symbol& symbol : symbols) all.push_back(symbol.id);
  return all;
}

}  // namespace

TEST_CASE("the way for short words and the way for long ones merge alike") {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    const MergeTable table(random_merges(random, 3, 30));
    std::vector<Symbol> few(1 + random() % few_symbols);
    for (Symbol& symbol : few) symbol = {static_cast<std::uint32_t>(random() % 3), 1};
    std::vector<Symbol> many = few;
    const std::size_t size = few.size();
    merge_few(few, table);
    merge_many(many, table);
    CHECK(ids(few) == ids(many));
    std::size_t bytes = 0;
    for (const Symbol& symbol : few) bytes += symbol.bytes;
    CHECK(bytes == size);
  }
}

TEST_CASE("the lowest rank merges first, and of equal ranks the leftmost") {
  const std::vector<Merge> merges = {{1, 1, 2}, {0, 1, 3}};
  std::vector<Symbol> symbols = {{0, 1}, {1, 1}, {1, 1}, {1, 1}};
  merge_few(symbols, MergeTable(merges));
  CHECK(ids(symbols) == std::vector<std::uint32_t>{0, 2, 1});
}

TEST_CASE("of two merges of a pair the later one holds") {
  const std::vector<Merge> merges = {{0, 1, 5}, {0, 1, 6}};
  const MergeTable table(merges);
  CHECK(table.find(0, 1) == 1);
  CHECK(table.id_of(1) == 6);
  CHECK_FALSE(table.find(1, 0).has_value());
}

TEST_CASE("a table of no merges merges nothing") {
  const MergeTable table(std::vector<Merge>{});
  std::vector<Symbol> symbols = {{0, 1}, {1, 1}};
  merge_many(symbols, table);
  CHECK(ids(symbols) == std::vector<std::uint32_t>{0, 1});
}

TEST_CASE("merges of the largest ids are told apart") {
  const auto top = static_cast<std::uint32_t>(MergeTable::max_ids - 1);
  const std::vector<Merge> merges = {{top, top, 1}, {0, 0, 2}, {top, 0, 3}, {0, top, 4}};
  const MergeTable table(merges);
  for (std::uint32_t rank = 0; rank < merges.size(); ++rank) {
    CHECK(table.find(merges[rank].left, merges[rank].right) == rank);
  }
  CHECK_FALSE(table.find(top, top - 1).has_value());
}
