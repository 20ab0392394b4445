#include "base/json.h"

#include <doctest/doctest.h>

#include "base/error.h"

using namespace mha;
using namespace std::literals;

TEST_CASE("a document keeps its types and the order of its members") {
  const Json json =
      parse_json(R"({"b": 1, "a": [true, null, -2.5, "x\n\u00e9"], "big": 18446744073709551615})", "test");
  REQUIRE(json.as<Json::Object>() != nullptr);
  CHECK(json.as<Json::Object>()->front().name == "b");
  CHECK(*json.find("b")->as<std::int64_t>() == 1);
  CHECK(*json.find("big")->as<std::uint64_t>() == 18446744073709551615U);
  const Json::Array& list = *json.find("a")->as<Json::Array>();
  CHECK(*list[0].as<bool>());
  CHECK(list[1].as<std::nullptr_t>() != nullptr);
  CHECK(*list[2].as<double>() == -2.5);
  CHECK(*list[3].as<std::string>() == "x\n\u00e9");
  CHECK(json.find("c") == nullptr);
  CHECK(list[0].find("b") == nullptr);
}

TEST_CASE("what is not one JSON document is refused") {
  for (const char* text : {"", "{", "{} {}", "{\"a\": 1,}", "NaN", "{'a': 1}", "{\"a\": 01}",
                           "\xef\xbb\xbf{}", "{\"a\": \"\xff\"}"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_json(text, "test"), Error);
  }
  CHECK_THROWS_WITH_AS(parse_json(R"({"a": 1, "b": 2, "a": 3})", "test"), "test: 'a' appears twice", Error);
  CHECK_THROWS_AS(parse_json(std::string(100, '[') + std::string(100, ']'), "test"), Error);
  CHECK_THROWS_AS(parse_json(std::string(100000, '['), "test"), Error);
}

TEST_CASE("a quoted string reads back as it was") {
  const std::string text = "a\"\\/\b\f\n\r\t\0\x1f\x7f\u00e9\U0001f600"s;
  CHECK(*parse_json(json_quote(text), "test").as<std::string>() == text);
  CHECK(json_quote("\x01\n") == "\"\\u0001\\n\"");
}
