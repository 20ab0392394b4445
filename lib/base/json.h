// JSON: documents of any size as views into what was parsed, and quoting strings for writing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mha {

/// A value inside a JsonDocument: two words, to be copied. Valid as long as the document.
class JsonValue {
 public:
  bool is_null() const;
  bool is_array() const;
  bool is_object() const;

  /// The value if it is of that type; nothing otherwise. A whole number is one without fraction or exponent.
  std::optional<bool> boolean() const;
  std::optional<std::int64_t> integer() const;
  std::optional<std::uint64_t> natural() const;
  /// Any number, whole ones included; those beyond 64 bits are rounded.
  std::optional<double> number() const;
  std::optional<std::string_view> string() const;

  /// Members of an object or items of an array; 0 for anything else.
  std::size_t size() const;

  /// The member of that name of an object; nothing if there is none.
  std::optional<JsonValue> find(std::string_view name) const;

  /// Calls use(name, value) for each member in the order of the document; none for what is no object.
  void each_member(const std::function<void(std::string_view, JsonValue)>& use) const;

  /// Calls use(item) for each item in order; none for what is no array.
  void each_item(const std::function<void(JsonValue)>& use) const;

  /// The two items of an array of just two.
  std::optional<std::pair<JsonValue, JsonValue>> pair() const;

  /// The items of an array.
  std::vector<JsonValue> items() const;

  /// A short form for messages: the text quoted, the number, "a list", "an object", "true", "null".
  std::string describe() const;

 private:
  friend class JsonDocument;
  using Place = std::array<std::size_t, 2>;
  explicit JsonValue(Place place) : place_(place) {}

  Place place_;  ///< simdjson's element, whose header stays behind json.cpp
};

/// A parsed document.
class JsonDocument {
 public:
  /// A text whose capacity exceeds its size by this much is not copied.
  static constexpr std::size_t room = 64;

  /// Parses the whole of `text`. `source` names it in errors. Throws Error(data) for what is not JSON and for
  /// nesting deeper than 64, with line and column, and for a member that occurs twice in an object.
  JsonDocument(std::string text, std::string_view source);
  ~JsonDocument();
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;

  JsonValue root() const;

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
};

/// The text as a JSON string, quotes included: control characters escaped, the rest as it is (RFC 8259,
/// section 7).
std::string json_quote(std::string_view text);

/// Appends `more` as a JSON string.
void append_json_quoted(std::string& text, std::string_view more);

}  // namespace mha
