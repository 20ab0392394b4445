#include "base/json_fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "base/utf8.h"

namespace mha {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Each step returns false at a fault, and leaves there where it is and what it is.
class Walk {
 public:
  /// `text` is well-formed UTF-8.
  Walk(std::string_view text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {}

  bool document();
  std::size_t at() const { return at_; }
  const std::string& reason() const { return reason_; }

 private:
  bool fault(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }
  bool fault_at(std::size_t place, std::string reason) {
    at_ = place;
    return fault(std::move(reason));
  }
  bool expected(std::string_view what) { return fault(fmt::format("expected {}, found {}", what, found())); }

  bool ended() const { return at_ == text_.size(); }
  char peek() const { return ended() ? '\0' : text_[at_]; }
  bool take(char c) {
    if (ended() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
  bool digits();
  std::string found() const;

  bool value();
  bool open(char bracket);
  bool name();
  bool after_value();
  bool string();
  bool escape();
  bool unicode_escape(std::uint32_t& unit);
  bool number();
  bool word();

  std::string_view text_;
  std::size_t max_depth_, at_ = 0;
  std::string open_;  ///< the brackets that are open, outermost first
  bool complete_ = false;
  std::string reason_;
};

/// What stands here, for a message.
std::string Walk::found() const {
  if (ended()) return "the end of the text";
  std::size_t end = at_;
  utf8::next(text_, end);
  return fmt::format("'{}'", utf8::printable(text_.substr(at_, end - at_)));
}

bool Walk::document() {
  if (text_.starts_with(byte_order_mark)) return fault("a byte order mark; save the text without one");
  while (!complete_) {
    if (!value()) return false;
  }
  skip_space();
  return ended() || expected("the end of the text");
}

/// A value, or the bracket and name before one.
bool Walk::value() {
  skip_space();
  const char c = peek();
  if (c == '{' || c == '[') return open(c);
  if (c == '"') return string() && after_value();
  if (c == '-' || is_digit(c)) return number() && after_value();
  if (is_letter(c)) return word() && after_value();
  return expected("a value");
}

bool Walk::open(char bracket) {
  if (open_.size() == max_depth_) return fault(fmt::format("nested deeper than {} levels", max_depth_));
  ++at_;
  open_ += bracket;
  skip_space();
  if (peek() == (bracket == '{' ? '}' : ']')) return after_value();
  return bracket == '[' || name();
}

/// A member's name and the colon behind it.
bool Walk::name() {
  skip_space();
  if (peek() != '"') return expected("a name in double quotes");
  if (!string()) return false;
  skip_space();
  return take(':') || expected("':'");
}

/// Closing brackets as far as they go, and the comma before what is next.
bool Walk::after_value() {
  for (; !open_.empty(); open_.pop_back()) {
    skip_space();
    const bool object = open_.back() == '{';
    const std::size_t comma = at_;
    if (take(',')) {
      skip_space();
      if (peek() != (object ? '}' : ']')) return !object || name();
      return fault_at(comma, "a comma behind the last item");
    }
    if (!take(object ? '}' : ']')) return expected(object ? "',' or '}'" : "',' or ']'");
  }
  complete_ = true;
  return true;
}

bool Walk::string() {
  for (++at_; !take('"');) {
    if (ended()) return fault("the string is not closed");
    const auto byte = static_cast<unsigned char>(peek());
    if (byte < 0x20) return fault(fmt::format("{} in a string; write it as \\u{:04x}", found(), byte));
    if (byte != '\\') {
      ++at_;
    } else if (!escape()) {
      return false;
    }
  }
  return true;
}

bool Walk::escape() {
  const std::size_t begin = at_++;
  if (!ended() && std::string_view("\"\\/bfnrt").find(peek()) != std::string_view::npos) {
    ++at_;
    return true;
  }
  std::uint32_t unit = 0;
  if (!unicode_escape(unit)) return false;
  if (unit < 0xD800 || unit > 0xDFFF) return true;
  std::uint32_t second = 0;
  const bool pair =
      unit < 0xDC00 && take('\\') && unicode_escape(second) && second >= 0xDC00 && second <= 0xDFFF;
  return pair || fault_at(begin, "half of a surrogate pair");
}

/// "u" and four hexadecimal digits.
bool Walk::unicode_escape(std::uint32_t& unit) {
  if (!take('u')) return fault_at(at_ - 1, "no such escape in a string");
  const std::string_view digits = text_.substr(at_, 4);
  if (digits.size() != 4 || !std::all_of(digits.begin(), digits.end(), is_hex_digit)) {
    return fault_at(at_ - 2, "\\u takes four hexadecimal digits");
  }
  std::from_chars(digits.data(), digits.data() + 4, unit, 16);
  at_ += 4;
  return true;
}

bool Walk::digits() {
  const std::size_t begin = at_;
  while (is_digit(peek())) ++at_;
  return at_ != begin || expected("a digit");
}

bool Walk::number() {
  const std::size_t begin = at_;
  take('-');
  const std::size_t first = at_;
  if (!digits()) return false;
  if (text_[first] == '0' && at_ - first > 1) return fault_at(first, "a number with a leading zero");
  if (take('.') && !digits()) return false;
  if (take('e') || take('E')) {
    if (!take('-')) take('+');
    if (!digits()) return false;
  }
  const std::string number(text_.substr(begin, at_ - begin));
  return std::isfinite(std::strtod(number.c_str(), nullptr)) ||
         fault_at(begin, "a number too large for a double");
}

bool Walk::word() {
  const std::size_t begin = at_;
  while (is_letter(peek()) || is_digit(peek())) ++at_;
  const std::string_view word = text_.substr(begin, at_ - begin);
  if (word == "true" || word == "false" || word == "null") return true;
  return fault_at(begin, fmt::format("'{}' is no JSON value", word.substr(0, 40)));
}

JsonFault fault_of(std::string_view text, std::size_t place, std::string reason) {
  const std::string_view before = text.substr(0, place);
  const std::size_t line = before.rfind('\n') + 1;  // npos + 1 is 0
  return {.line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
          .column = utf8::length(before.substr(line)) + 1,
          .reason = std::move(reason)};
}

}  // namespace

std::optional<JsonFault> find_json_fault(std::string_view text, std::size_t max_depth) {
  const std::optional<std::size_t> invalid = utf8::find_invalid(text);
  const std::string_view valid = text.substr(0, invalid.value_or(text.size()));
  Walk walk(valid, max_depth);
  const bool good = walk.document();
  if (invalid && (good || walk.at() == valid.size())) {
    return fault_of(text, *invalid,
                    fmt::format("byte 0x{:02x} is not UTF-8", static_cast<unsigned char>(text[*invalid])));
  }
  if (good) return std::nullopt;
  return fault_of(text, walk.at(), walk.reason());
}

}  // namespace mha
