#include "checkpoint/hub_name.h"

#include <doctest/doctest.h>

#include <string>

using namespace mha;
using namespace std::literals;

TEST_CASE("a name is a repository with or without organisation and revision") {
  const auto check = [](std::string_view text, const char* repository,
                        const std::optional<std::string>& revision) {
    CAPTURE(text);
    const auto name = parse_hub_name(text);
    REQUIRE(name);
    CHECK(name->repository == repository);
    CHECK(name->revision == revision);
  };
  check("gpt2", "gpt2", std::nullopt);
  check("org/name", "org/name", std::nullopt);
  check("Or_g-1/na.me-2_", "Or_g-1/na.me-2_", std::nullopt);
  check("org/name@v1.0", "org/name", "v1.0");
  check("name@refs/pr/1", "name", "refs/pr/1");
  check("hf://org/name", "org/name", std::nullopt);
  check("hf://models/org/name@abc", "org/name", "abc");
  check(std::string(96, 'a') + "/" + std::string(96, 'b'),
        (std::string(96, 'a') + "/" + std::string(96, 'b')).c_str(), std::nullopt);
}

TEST_CASE("what the hub would not take for a name is none") {
  for (const std::string& text : {""s,
                                  "/"s,
                                  "org/"s,
                                  "/name"s,
                                  "a/b/c"s,
                                  "org--x/name"s,
                                  "org/na--me"s,
                                  "a..b"s,
                                  ".name"s,
                                  "name."s,
                                  "-name"s,
                                  "name-"s,
                                  "org./name"s,
                                  "na me"s,
                                  "na\nme"s,
                                  "n\xc3\xa9"s,
                                  "name.git"s,
                                  "a\0b"s,
                                  "datasets/org/name"s,
                                  "~/x"s,
                                  std::string(97, 'a'),
                                  "name@"s,
                                  "name@../x"s,
                                  "name@/x"s,
                                  "name@x//y"s,
                                  "name@x/"s,
                                  "name@."s,
                                  "s3://a/b"s,
                                  "hf://"s,
                                  "hf://org"s + "/na:me"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_hub_name(text));
  }
}
