// Where a text stops being JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mha {

/// A place in a text, lines and columns counted from 1, a column being a code point; and what is wrong there.
struct JsonFault {
  std::size_t line, column;
  std::string reason;
};

/// The first place from which on no text could go on as JSON (RFC 8259; UTF-8; numbers that a double can
/// hold; nested up to `max_depth` levels), or nothing for a JSON document. A plain walk from front
/// to back: for errors, where simdjson tells none.
std::optional<JsonFault> find_json_fault(std::string_view text, std::size_t max_depth);

}  // namespace mha
