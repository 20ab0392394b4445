#include "base/utf8.h"

#include <doctest/doctest.h>

#include <string>

using namespace mha;

TEST_CASE("well-formed UTF-8 is accepted up to the ends of every range") {
  for (const char* text : {"", "plain", "\u00e9\u07ff\u0800\ud7ff\uffff", "\U00010000\U0010ffff"}) {
    CHECK_FALSE(utf8::find_invalid(text).has_value());
  }
}

TEST_CASE("the first ill-formed byte is found, wherever it stands") {
  CHECK(utf8::find_invalid("\xff") == 0);
  CHECK(utf8::find_invalid("ab\xc3") == 2);                 // cut short
  CHECK(utf8::find_invalid("\xc0\xaf") == 0);               // overlong
  CHECK(utf8::find_invalid("\xe0\x9f\xbf") == 0);           // overlong
  CHECK(utf8::find_invalid("x\xed\xa0\x80") == 1);          // surrogate
  CHECK(utf8::find_invalid("\xf4\x90\x80\x80") == 0);       // above U+10FFFF
  CHECK(utf8::find_invalid("0123456789abcdef\x80") == 16);  // after whole words of ASCII
  CHECK(utf8::find_invalid("\u00e9\u00e9\xe2\x82") == 4);
}

TEST_CASE("ill-formed parts become U+FFFD as Python's decoder does it") {
  // python3: bytes.decode(errors="replace")
  CHECK(utf8::replace_invalid("a\xff"
                              "b") == "a\ufffdb");
  CHECK(utf8::replace_invalid("\xe2\x82") == "\ufffd");
  CHECK(utf8::replace_invalid("\xed\xa0\x80") == "\ufffd\ufffd\ufffd");
  CHECK(utf8::replace_invalid("\xf0\x9f\x98"
                              "x") == "\ufffdx");
  CHECK(utf8::replace_invalid("\xc0\xaf") == "\ufffd\ufffd");
}

TEST_CASE("code points survive a walk and a rebuild") {
  const std::string text = "a\u00e9\u20ac\U0001f600\U0010ffff";
  std::string rebuilt;
  std::size_t count = 0;
  for (std::size_t offset = 0; offset < text.size(); ++count) utf8::append(rebuilt, utf8::next(text, offset));
  CHECK(rebuilt == text);
  CHECK(count == 5);
  CHECK(utf8::length(text) == 5);
}

TEST_CASE("what would leave the line of a terminal, turn it around or is ill-formed is shown otherwise") {
  CHECK(utf8::printable("plain \u00e9\u20ac\U0001f600~") == "plain \u00e9\u20ac\U0001f600~");
  CHECK(utf8::printable("a\n\x1b[0m\x7f") == "a\\u000a\\u001b[0m\\u007f");
  CHECK(utf8::printable("\u0085\u00a0\u2028\u202e\u2066") == "\\u0085\u00a0\\u2028\\u202e\\u2066");
  CHECK(utf8::printable("a\xff\xe2\x82z\xe2") == "a\ufffd\ufffdz\ufffd");
  std::string text = "kept: ";
  utf8::append_printable(text, "\tb");
  CHECK(text == "kept: \\u0009b");
}
