#include "base/json.h"

#include <doctest/doctest.h>

#include <bit>

#include "base/error.h"
#include "base/quick_hash.h"

using namespace mha;
using namespace std::literals;

namespace {

void parse(std::string text) { JsonDocument(std::move(text), "test"); }

}  // namespace

TEST_CASE("a document keeps its types and the order of its members") {
  const JsonDocument document(
      R"({"b": 1, "a": [true, null, -2.5, "x\n\u00e9"], "big": 18446744073709551615, "o": {}})", "test");
  const JsonValue json = document.root();
  REQUIRE(json.is_object());
  CHECK(json.size() == 4);
  std::string names;
  json.each_member([&](std::string_view name, JsonValue) { names += std::string(name) + " "; });
  CHECK(names == "b a big o ");
  CHECK(json.find("b")->integer() == 1);
  CHECK(json.find("b")->natural() == 1);
  CHECK(json.find("b")->number() == 1.0);
  CHECK_FALSE(json.find("b")->string());
  CHECK(json.find("big")->natural() == 18446744073709551615U);
  CHECK_FALSE(json.find("big")->integer());
  CHECK(json.find("o")->is_object());
  const std::vector<JsonValue> list = json.find("a")->items();
  REQUIRE(list.size() == 4);
  CHECK(list[0].boolean() == true);
  CHECK(list[1].is_null());
  CHECK(list[2].number() == -2.5);
  CHECK_FALSE(list[2].integer());
  CHECK(list[3].string() == "x\n\u00e9");
  CHECK_FALSE(json.find("c"));
  CHECK_FALSE(list[0].find("b"));
  CHECK(list[0].items().empty());
}

TEST_CASE("a value is described in a few words") {
  const JsonDocument document(R"(["a\u001b", 1, -1, 18446744073709551615, 0.5, 768.0, true, null, [], {}])",
                              "test");
  std::string text;
  document.root().each_item([&](JsonValue item) { text += item.describe() + "; "; });
  CHECK(text == "\"a\\\\u001b\"; 1; -1; 18446744073709551615; 0.5; 768.0; true; null; a list; an object; ");
}

TEST_CASE("what is not one JSON document is refused") {
  for (const char* text : {"", "{", "{} {}", "{\"a\": 1,}", "NaN", "{'a': 1}", "{\"a\": 01}",
                           "\xef\xbb\xbf{}", "{\"a\": \"\xff\"}"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse(text), Error);
  }
  CHECK_THROWS_AS(parse(std::string(100, '[') + std::string(100, ']')), Error);
  CHECK_THROWS_AS(parse(std::string(100000, '[')), Error);
  for (const char* inside : {"", "0", "\"a\"", "-9223372036854775808"}) {
    CAPTURE(inside);
    parse(std::string(64, '[') + inside + std::string(64, ']'));
    CHECK_THROWS_AS(parse(std::string(65, '[') + inside + std::string(65, ']')), Error);
  }
}

TEST_CASE("a whole number beyond 64 bits is a number, but no integer") {
  const JsonDocument document(
      R"({"model_max_length": 1000000000000000019884624838656, "a": [-9223372036854775809, "99999999999999999999\"9", 18446744073709551615]})",
      "test");
  const JsonValue length = *document.root().find("model_max_length");
  CHECK(length.number() == 1e30);
  CHECK_FALSE(length.integer());
  CHECK_FALSE(length.natural());
  const std::vector<JsonValue> items = document.root().find("a")->items();
  CHECK(items[0].number() == -9223372036854775808.0);
  CHECK_FALSE(items[0].integer());
  CHECK(items[1].string() == "99999999999999999999\"9");
  CHECK(items[2].natural() == 18446744073709551615U);
  CHECK_THROWS_WITH_AS(parse("[18446744073709551616,\n-01]"),
                       "test:2:2: not JSON: a number with a leading zero", Error);
  CHECK_THROWS_AS(parse("[18446744073709551616"), Error);
  CHECK_THROWS_AS(parse("\"18446744073709551616"), Error);
}

TEST_CASE("a refused document is told with line and column") {
  CHECK_THROWS_WITH_AS(parse("{\n  \"a\": 1,\n  \"b\": nan\n}"), "test:3:8: not JSON: 'nan' is no JSON value",
                       Error);
  CHECK_THROWS_WITH_AS(parse(std::string(65, '[')), "test:1:65: not JSON: nested deeper than 64 levels",
                       Error);
}

TEST_CASE("a member that occurs twice is refused, among few and among many") {
  CHECK_THROWS_WITH_AS(parse(R"({"a": 1, "b": 2, "a": 3})"), "test: 'a' appears twice", Error);
  CHECK_THROWS_WITH_AS(parse(R"([{"x": {"a": 1, "\u0061": 3}}])"), "test: 'a' appears twice", Error);
  std::string many = "{";
  for (int i = 0; i < 1000; ++i) many += fmt::format("\"{}\": 0, ", i);
  parse(many + "\"1000\": 0}");
  CHECK_THROWS_WITH_AS(parse(many + "\"500\": 0}"), "test: '500' appears twice", Error);
}

TEST_CASE("names whose hashes are equal are different members") {
  const std::string a = "number 1 is here", b = "yrvoaozh~'cs}tm$";
  if constexpr (std::endian::native == std::endian::little) REQUIRE(quick_hash(a) == quick_hash(b));
  const JsonDocument document(fmt::format(R"({{"{}": 1, "{}": 2}})", a, b), "test");
  CHECK(document.root().find(b)->integer() == 2);
  CHECK_THROWS_AS(parse(fmt::format(R"({{"{}": 1, "{}": 2, "c": 3, "c": 4}})", a, b)), Error);
}

TEST_CASE("a list of two is a pair") {
  const JsonDocument document(R"([[[1, 2], "b"], [1], [1, 2, 3], [], {"a": 1, "b": 2}, "ab"])", "test");
  const std::vector<JsonValue> items = document.root().items();
  const auto pair = items[0].pair();
  REQUIRE(pair);
  CHECK(pair->first.size() == 2);
  CHECK(pair->second.string() == "b");
  for (std::size_t i = 1; i < items.size(); ++i) CHECK_FALSE(items[i].pair());
}

TEST_CASE("a quoted string reads back as it was") {
  const std::string text = "a\"\\/\b\f\n\r\t\0\x1f\x7f\u00e9\U0001f600"s;
  CHECK(JsonDocument(json_quote(text), "test").root().string() == text);
  CHECK(json_quote("\x01\n") == "\"\\u0001\\n\"");
}
