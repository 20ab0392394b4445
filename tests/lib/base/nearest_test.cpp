#include "base/nearest.h"

#include <doctest/doctest.h>

using namespace mha;

TEST_CASE("the distance counts insertions, deletions, replacements and swaps of neighbours") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("output", "ouput") == 1);
  CHECK(edit_distance("output", "outptu") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("a name is suggested only if it is near enough to be meant") {
  const std::string_view names[] = {"output", "query", "key", "x"};
  CHECK(nearest("ouptut", names) == "output");
  CHECK(nearest("kye", names) == "key");
  CHECK(nearest("banana", names).empty());
  CHECK(nearest("q", names).empty());
  CHECK(did_you_mean("outputs", names) == " (did you mean 'output'?)");
  CHECK(did_you_mean("zzzzzz", names).empty());
}
