#include "base/nearest.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

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

TEST_CASE("a few names are suggested, the nearest first, and none that is not half alike") {
  const std::vector<std::string_view> names = {"layer.10.bias", "layer.1.weight", "layer.0.weight", "pooler",
                                               "layer.0.weights"};
  using Names = std::vector<std::string_view>;
  CHECK(nearest_few("layer.0.weight", names, 2) == Names{"layer.0.weight", "layer.0.weights"});
  CHECK(nearest_few("layer.2.weight", names, 3) ==
        Names{"layer.0.weight", "layer.1.weight", "layer.0.weights"});
  CHECK(nearest_few("x", names, 3).empty());
  CHECK(nearest_few(std::string(1000, 'x'), names, 3).empty());
}
