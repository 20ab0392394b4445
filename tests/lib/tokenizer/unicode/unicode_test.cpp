#include "tokenizer/unicode/unicode.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/utf8.h"

using namespace mha;

namespace {

std::vector<std::string> clusters(std::string_view text) {
  std::vector<std::string> found;
  unicode::Graphemes graphemes(text);
  for (auto cluster = graphemes.next(); !cluster.empty(); cluster = graphemes.next())
    found.emplace_back(cluster);
  return found;
}

}  // namespace

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

TEST_CASE("marks up to Unicode 17 join the cluster before them, as they do in the official library") {
  for (const char32_t mark : {U'\u0301', U'\u0897', U'\u1AD6', U'\u1AEB', U'\U00010D69', U'\U0001E6EF'}) {
    std::string text = "a";
    utf8::append(text, mark);
    CHECK(clusters(text + "b") == std::vector<std::string>{text, "b"});
  }
  for (const std::string alone : {"\t", "\n", "\u200B"}) {
    CHECK(clusters(alone + "\u1AD6") == std::vector<std::string>{alone, "\u1AD6"});
  }
  CHECK(clusters("a\u1ADFb") == std::vector<std::string>{"a", "\u1ADF", "b"});  // not assigned
}
