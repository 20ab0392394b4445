#include "base/json_fault.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdint>
#include <random>
#include <string>

#include "base/error.h"
#include "base/json.h"

using namespace mha;
using namespace std::literals;

namespace {

std::string fault(std::string_view text) {
  const auto found = find_json_fault(text, 64);
  return found ? fmt::format("{}:{}: {}", found->line, found->column, found->reason) : "none";
}

bool is_document(const std::string& text) {
  try {
    const JsonDocument document(text, "test");
  } catch (const Error&) {
    return false;
  }
  return true;
}

}  // namespace

TEST_CASE("JSON has no fault") {
  for (const char* text : {"{}", " [ ] ", "0", "-0.5e+10", "[1, [2, {\"a\": [null, true, false]}], \"\"]",
                           "\"\\ud83d\\ude00\\n\"", "18446744073709551616", "-9223372036854775808", "1e-999",
                           "{\"é\": \"\x7f\"}\r\n"}) {
    CAPTURE(text);
    CHECK(fault(text) == "none");
  }
}

TEST_CASE("a fault is told with its line, its column in characters, and what was expected") {
  CHECK(fault("") == "1:1: expected a value, found the end of the text");
  CHECK(fault("{\n  \"a\": 1\n  \"b\": 2\n}") == "3:3: expected ',' or '}', found '\"'");
  CHECK(fault("{\"é\": 1 x}") == "1:9: expected ',' or '}', found 'x'");
  CHECK(fault("{\"a\": [1, 2}") == "1:12: expected ',' or ']', found '}'");
  CHECK(fault("{\"a\": 1,\n}") == "1:8: a comma behind the last item");
  CHECK(fault("[1,]") == "1:3: a comma behind the last item");
  CHECK(fault("[1,,2]") == "1:4: expected a value, found ','");
  CHECK(fault("{\"a\" 1}") == "1:6: expected ':', found '1'");
  CHECK(fault("{'a': 1}") == "1:2: expected a name in double quotes, found '''");
  CHECK(fault("{\"a\": 1, b: 2}") == "1:10: expected a name in double quotes, found 'b'");
  CHECK(fault("{\"a\": NaN}") == "1:7: 'NaN' is no JSON value");
  CHECK(fault("{\"a\": 1} // note") == "1:10: expected the end of the text, found '/'");
  CHECK(fault("{\"a\": 1") == "1:8: expected ',' or '}', found the end of the text");
  CHECK(fault("{}\0"sv) == "1:3: expected the end of the text, found '\\u0000'");
  CHECK(fault("\xef\xbb\xbf{}") == "1:1: a byte order mark; save the text without one");
}

TEST_CASE("faults inside strings and numbers are told where they begin") {
  CHECK(fault("[\"ab") == "1:5: the string is not closed");
  CHECK(fault("[\"a\nb\"]") == "1:4: '\\u000a' in a string; write it as \\u000a");
  CHECK(fault("[\"a\\x\"]") == "1:4: no such escape in a string");
  CHECK(fault("[\"a\\u12g4\"]") == "1:4: \\u takes four hexadecimal digits");
  for (const char* half : {"[\"\\ud800\"]", "[\"\\udc00\"]", "[\"\\ud800\\u0041\"]", "[\"\\ud800x\"]"}) {
    CAPTURE(half);
    CHECK(fault(half) == "1:3: half of a surrogate pair");
  }
  CHECK(fault("[01]") == "1:2: a number with a leading zero");
  CHECK(fault("[1.]") == "1:4: expected a digit, found ']'");
  CHECK(fault("[-]") == "1:3: expected a digit, found ']'");
  CHECK(fault("[1, 1e999]") == "1:5: a number too large for a double");
  CHECK(fault("[" + std::string(400, '9') + "]") == "1:2: a number too large for a double");
  CHECK(fault("[\"a\xff\"]") == "1:4: byte 0xff is not UTF-8");
  CHECK(fault("[\"a\xc0\xaf\"]") == "1:4: byte 0xc0 is not UTF-8");
  CHECK(fault("[x\xff]") == "1:2: 'x' is no JSON value");
}

TEST_CASE("nesting is walked without recursion up to its limit") {
  CHECK(fault(std::string(64, '[') + std::string(64, ']')) == "none");
  CHECK(fault(std::string(65, '[')) == "1:65: nested deeper than 64 levels");
  CHECK(find_json_fault(std::string(100000, '['), 1000000)->column == 100001);
}

TEST_CASE("a text has a fault just when the parser refuses it") {
  std::mt19937 engine(1);
  const std::string seed =
      R"({"a": [1, -2.5e3, "x\u00e9\ud83d\ude00", true, null], "b": {"c": {}, "d": []}})";
  const std::string pieces = "{}[],:\"\\u0dt e1-.9n\xc3\xa9\n";
  std::size_t refused = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = seed;
    for (std::size_t edits = engine() % 3 + 1; edits > 0; --edits) {
      const std::size_t place = engine() % text.size();
      text.replace(place, engine() % 3, 1, pieces[engine() % pieces.size()]);
    }
    const bool good = is_document(text);
    refused += !good;
    if ((fault(text) == "none") == good) continue;
    CAPTURE(text);
    // The parser also refuses what is JSON with a member that occurs twice.
    CHECK_THROWS_WITH(JsonDocument(text, "test"), doctest::Contains("appears twice"));
  }
  CHECK(refused > 10000);
}
