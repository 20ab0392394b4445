#include "base/environment.h"

#include <doctest/doctest.h>

#include "support/environment.h"

using namespace mha;
using test::Variable;

TEST_CASE("a variable is had as it is, set to nothing included") {
  const Variable empty("MHA_A", ""), absent("MHA_B", std::nullopt);
  CHECK(environment("MHA_A") == "");
  CHECK_FALSE(environment("MHA_B"));
}

TEST_CASE("a path's home and variables are expanded as Python expands them") {
  const Variable home("HOME", "/home/x/"), a("A", "one"), b("B_1", "$A/~"), none("NONE", std::nullopt);
  struct {
    const char *path, *expanded;
  } const cases[] = {
      {"~", "/home/x"},
      {"~/c", "/home/x/c"},
      {"/~/c", "/~/c"},
      {"~nobody-of-this-name/c", "~nobody-of-this-name/c"},
      {"~root", "/root"},
      {"$A", "one"},
      {"x/$A/${A}y$A.z", "x/one/oneyone.z"},
      {"$B_1", "$A/~"},
      {"$NONE/${NONE}", "$NONE/${NONE}"},
      {"$/${/$", "$/${/$"},
      {"${}$Ab", "${}$Ab"},
      {"", ""},
  };
  for (const auto& one : cases) {
    CAPTURE(one.path);
    CHECK(expand_path(one.path) == one.expanded);
  }
}

TEST_CASE("the home of the root folder is the root folder") {
  const Variable home("HOME", "/");
  CHECK(expand_path("~") == "/");
  CHECK(expand_path("~/c") == "/c");
}
