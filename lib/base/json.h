// JSON: reading small documents, and quoting strings for writing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mha {

/// A JSON value. Members keep the order of the document.
struct Json {
  struct Member;
  using Array = std::vector<Json>;
  using Object = std::vector<Member>;

  std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string, Array, Object> value;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&value);
  }

  /// The member of that name of an object, or null.
  const Json* find(std::string_view name) const;
};

struct Json::Member {
  std::string name;
  Json value;
};

/// Parses a whole document. `source` names it in errors. Throws Error(data) for what is not JSON, for a
/// member that occurs twice and for nesting deeper than 64.
Json parse_json(std::string_view text, std::string_view source);

/// The text as a JSON string, quotes included: control characters escaped, the rest as it is (RFC 8259,
/// section 7).
std::string json_quote(std::string_view text);

}  // namespace mha
