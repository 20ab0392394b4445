#include "tokenizer/unicode/unicode.h"

#include <doctest/doctest.h>

#include <string_view>

using namespace mha;

TEST_CASE("runs of categories hold every code point once, with its category, and are as long as can be") {
  char32_t next = 0;
  std::string_view before;
  std::size_t wrong = 0;
  for (const unicode::CategoryRun& run : unicode::category_runs()) {
    REQUIRE(run.first == next);
    REQUIRE(run.last >= run.first);
    CHECK(run.category != before);
    for (char32_t c = run.first; c <= run.last; ++c) wrong += unicode::category(c) != run.category ? 1 : 0;
    next = run.last + 1;
    before = run.category;
  }
  CHECK(next == 0x110000);
  CHECK(wrong == 0);
}
