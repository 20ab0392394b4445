#include "base/quick_hash.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace mha;

TEST_CASE("texts that differ in their length or in one byte have different hashes") {
  std::set<std::uint64_t> hashes;
  std::size_t texts = 0;
  for (std::size_t size = 0; size <= 40; ++size) {
    std::string text(size, 'a');
    hashes.insert(quick_hash(text));
    ++texts;
    for (std::size_t i = 0; i < size; ++i, ++texts) {
      text[i] = '\0';
      hashes.insert(quick_hash(text));
      text[i] = 'a';
    }
  }
  CHECK(hashes.size() == texts);
}

TEST_CASE("nothing but the bytes of a text has a part in its hash") {
  const std::string text = "0123456789abcdefghij";
  for (std::size_t size = 0; size < text.size(); ++size) {
    const std::string copy = text.substr(0, size);
    CHECK(quick_hash(copy) == quick_hash(std::string_view(text).substr(0, size)));
  }
}
