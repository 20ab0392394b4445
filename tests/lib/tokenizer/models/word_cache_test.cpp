#include "tokenizer/models/word_cache.h"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

using namespace mha;

namespace {

std::vector<ModelPiece> recalled(const WordCache& cache, std::string_view word) {
  std::vector<ModelPiece> pieces;
  cache.recall(word, pieces);
  return pieces;
}

}  // namespace

TEST_CASE("a word is remembered with its pieces, by its own model and thread only") {
  const WordCache cache, other;
  const std::vector<ModelPiece> pieces = {{7, 0, 2}, {4'000'000'000U, 2, 5}};
  CHECK(recalled(cache, "words").empty());
  cache.remember("words", pieces);
  const auto found = recalled(cache, "words");
  REQUIRE(found.size() == 2);
  CHECK(found[1].id == 4'000'000'000U);
  CHECK(found[1].begin == 2);
  CHECK(found[1].end == 5);
  CHECK(recalled(cache, "word").empty());
  CHECK(recalled(other, "words").empty());
  std::thread([&] { CHECK(recalled(cache, "words").empty()); }).join();
}

TEST_CASE("words drive each other out, but no word gets the pieces of another") {
  const WordCache cache;
  for (std::uint32_t i = 0; i < 50'000; ++i) {
    cache.remember(std::to_string(i), std::vector<ModelPiece>{{i, 0, 1}});
  }
  std::size_t known = 0;
  for (std::uint32_t i = 0; i < 50'000; ++i) {
    const auto found = recalled(cache, std::to_string(i));
    if (found.empty()) continue;
    ++known;
    REQUIRE(found[0].id == i);
  }
  CHECK(known > 1000);
}

TEST_CASE("what is too long, too much or with gaps is not remembered") {
  const WordCache cache;
  const std::string word(29, 'a');
  cache.remember(word, std::vector<ModelPiece>{{1, 0, 29}});
  CHECK(recalled(cache, word).empty());
  cache.remember("many", std::vector<ModelPiece>(7, ModelPiece{1, 0, 0}));
  CHECK(recalled(cache, "many").empty());
  cache.remember("far", std::vector<ModelPiece>{{1, 0, 256}});
  CHECK(recalled(cache, "far").empty());
  cache.remember("gap", std::vector<ModelPiece>{{1, 0, 1}, {2, 2, 3}});
  CHECK(recalled(cache, "gap").empty());
}

TEST_CASE("words of every length are told apart, in the first byte and in the last") {
  const WordCache cache;
  for (std::size_t size = 1; size <= 28; ++size) {
    const std::string word(size, 'a');
    cache.remember(word, std::vector<ModelPiece>{{7, 0, static_cast<std::uint32_t>(size)}});
    CHECK(recalled(cache, word).size() == 1);
    for (const std::size_t at : {std::size_t{0}, size - 1}) {
      std::string other = word;
      other[at] = 'b';
      CHECK(recalled(cache, other).empty());
    }
  }
}
