#include "base/json.h"

#include <simdjson.h>

#include <bit>
#include <type_traits>
#include <unordered_set>

#include "base/error.h"
#include "base/json_fault.h"
#include "base/json_numbers.h"
#include "base/quick_hash.h"
#include "base/utf8.h"

namespace mha {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t max_depth = 64;

static_assert(sizeof(dom::element) == 2 * sizeof(std::size_t) && std::is_trivially_copyable_v<dom::element>);

template <class Place>
dom::element element_of(const Place& place) {
  return std::bit_cast<dom::element>(place);
}

/// Tells whether one of some names may have come before: a "no" is certain. It holds 31 bits of the hash of
/// each, in open addressing, at most half full: a vocabulary has hundreds of thousands of members.
class SeenNames {
 public:
  explicit SeenNames(std::size_t count) : slots_(std::bit_ceil(2 * count + 1)) {}

  bool add(std::string_view name) {
    const std::uint64_t hash = quick_hash(name);
    const auto tag = static_cast<std::uint32_t>(hash >> 32) | 1;  // 0 is an empty slot
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    for (; slots_[at] != 0; at = (at + 1) & mask) {
      if (slots_[at] == tag) return true;
    }
    slots_[at] = tag;
    return false;
  }

 private:
  std::vector<std::uint32_t> slots_;
};

template <class Container>
std::size_t count_of(const Container& container) {
  constexpr std::size_t most_that_simdjson_counts = 0xFFFFFF;
  std::size_t count = container.size();
  if (count < most_that_simdjson_counts) return count;
  count = 0;
  for ([[maybe_unused]] const auto item : container) ++count;
  return count;
}

/// The first name that occurs a second time, or nothing.
std::optional<std::string_view> find_duplicate(dom::object members) {
  std::unordered_set<std::string_view> names;
  for (dom::key_value_pair member : members) {
    if (!names.insert(member.key).second) return member.key;
  }
  return std::nullopt;
}

/// simdjson does not say where it met an error.
[[noreturn]] void refuse(std::string_view text, std::string_view source, simdjson::error_code error) {
  const std::optional<JsonFault> fault = find_json_fault(text, max_depth);
  if (!fault) fail(Status::data, "{}: not JSON: {}", source, simdjson::error_message(error));
  fail(Status::data, "{}:{}:{}: not JSON: {}", source, fault->line, fault->column, fault->reason);
}

/// The walk over a document that finds what simdjson lets pass.
class Walk {
 public:
  Walk(std::string_view text, std::string_view source) : text_(text), source_(source) {}

  /// Throws Error(data) for a member that occurs twice, and for nesting too deep: simdjson does not count an
  /// empty list or object.
  void check(dom::element element, std::size_t depth) {
    const bool nested = element.is_array() || element.is_object();
    if (nested && depth > max_depth) refuse(text_, source_, simdjson::DEPTH_ERROR);
    if (element.is_array()) {
      const dom::array items = element.get_array().value_unsafe();
      for (dom::element item : items) check(item, depth + 1);
    }
    if (element.is_object()) check_members(element.get_object().value_unsafe(), depth);
  }

 private:
  void check_members(dom::object members, std::size_t depth) {
    SeenNames seen(count_of(members));
    bool suspicious = false;
    for (dom::key_value_pair member : members) {
      suspicious |= seen.add(member.key);
      check(member.value, depth + 1);
    }
    if (!suspicious) return;
    if (const auto name = find_duplicate(members)) {
      fail(Status::data, "{}: '{}' appears twice", source_, utf8::printable(*name));
    }
  }

  std::string_view text_, source_;
};

/// What has a short form as a backslash and a letter.
constexpr std::string_view short_escapes = "\"\\\n\r\t", short_letters = "\"\\nrt";

bool must_be_escaped(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == 0x7F;
}

template <class T>
std::optional<T> value_of(dom::element element) {
  T value{};
  if (element.get<T>().get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

}  // namespace

struct JsonDocument::Parsed {
  dom::document document;
  dom::element root;

  /// The parser's own memory, four bytes for one of text, is free again behind it.
  simdjson::error_code parse(std::string& text) {
    static_assert(room >= simdjson::SIMDJSON_PADDING);
    text.reserve(text.size() + room);
    dom::parser parser;
    const simdjson::error_code error = parser.allocate(text.size(), max_depth + 1);
    if (error != simdjson::SUCCESS) return error;
    return parser.parse_into_document(document, text.data(), text.size(), false).get(root);
  }
};

JsonDocument::JsonDocument(std::string text, std::string_view source) : parsed_(std::make_unique<Parsed>()) {
  simdjson::error_code error = parsed_->parse(text);
  if (error == simdjson::NUMBER_ERROR) {
    std::string rounded = with_large_numbers_as_doubles(text);
    error = parsed_->parse(rounded);
  }
  if (error == simdjson::MEMALLOC) throw std::bad_alloc();
  if (error != simdjson::SUCCESS) refuse(text, source, error);
  Walk(text, source).check(parsed_->root, 1);
}

JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;

JsonValue JsonDocument::root() const { return JsonValue(std::bit_cast<JsonValue::Place>(parsed_->root)); }

bool JsonValue::is_null() const { return element_of(place_).is_null(); }
bool JsonValue::is_array() const { return element_of(place_).is_array(); }
bool JsonValue::is_object() const { return element_of(place_).is_object(); }

std::optional<bool> JsonValue::boolean() const { return value_of<bool>(element_of(place_)); }
std::optional<std::int64_t> JsonValue::integer() const { return value_of<std::int64_t>(element_of(place_)); }
std::optional<std::uint64_t> JsonValue::natural() const {
  return value_of<std::uint64_t>(element_of(place_));
}
std::optional<double> JsonValue::number() const { return value_of<double>(element_of(place_)); }
std::optional<std::string_view> JsonValue::string() const {
  return value_of<std::string_view>(element_of(place_));
}

std::size_t JsonValue::size() const {
  const dom::element element = element_of(place_);
  if (element.is_array()) return count_of(element.get_array().value_unsafe());
  if (element.is_object()) return count_of(element.get_object().value_unsafe());
  return 0;
}

std::optional<JsonValue> JsonValue::find(std::string_view name) const {
  const dom::element element = element_of(place_);
  if (!element.is_object()) return std::nullopt;
  const dom::object members = element.get_object().value_unsafe();
  for (dom::key_value_pair member : members) {
    if (member.key == name) return JsonValue(std::bit_cast<Place>(member.value));
  }
  return std::nullopt;
}

void JsonValue::each_member(const std::function<void(std::string_view, JsonValue)>& use) const {
  const dom::element element = element_of(place_);
  if (!element.is_object()) return;
  const dom::object members = element.get_object().value_unsafe();
  for (dom::key_value_pair member : members) use(member.key, JsonValue(std::bit_cast<Place>(member.value)));
}

void JsonValue::each_item(const std::function<void(JsonValue)>& use) const {
  const dom::element element = element_of(place_);
  if (!element.is_array()) return;
  const dom::array items = element.get_array().value_unsafe();
  for (dom::element item : items) use(JsonValue(std::bit_cast<Place>(item)));
}

std::optional<std::pair<JsonValue, JsonValue>> JsonValue::pair() const {
  const dom::element element = element_of(place_);
  if (!element.is_array()) return std::nullopt;
  const dom::array items = element.get_array().value_unsafe();
  if (items.size() != 2) return std::nullopt;
  auto item = items.begin();
  const JsonValue first(std::bit_cast<Place>(*item));
  ++item;
  return std::pair(first, JsonValue(std::bit_cast<Place>(*item)));
}

std::vector<JsonValue> JsonValue::items() const {
  std::vector<JsonValue> all;
  each_item([&](JsonValue item) { all.push_back(item); });
  return all;
}

std::string JsonValue::describe() const {
  if (const auto text = string()) return json_quote(utf8::printable(*text));
  if (const auto whole = integer()) return fmt::format("{}", *whole);
  if (const auto whole = natural()) return fmt::format("{}", *whole);
  if (const auto any = number()) {
    std::string digits = fmt::format("{}", *any);
    const bool whole = digits.find_first_not_of("-0123456789") == std::string::npos;
    return whole ? digits + ".0" : digits;
  }
  if (const auto flag = boolean()) return *flag ? "true" : "false";
  return is_array() ? "a list" : is_object() ? "an object" : "null";
}

void append_json_quoted(std::string& text, std::string_view more) {
  text += '"';
  for (std::size_t at = 0; at < more.size(); ++at) {
    const std::size_t begin = at;
    while (at < more.size() && !must_be_escaped(more[at])) ++at;
    text.append(more, begin, at - begin);
    if (at == more.size()) break;
    const std::size_t short_form = short_escapes.find(more[at]);
    if (short_form != std::string_view::npos) {
      text += '\\';
      text += short_letters[short_form];
    } else {
      text += fmt::format("\\u{:04x}", static_cast<unsigned>(more[at]));
    }
  }
  text += '"';
}

std::string json_quote(std::string_view text) {
  std::string quoted;
  append_json_quoted(quoted, text);
  return quoted;
}

}  // namespace mha
