#include "base/json.h"

#include <simdjson.h>

#include <algorithm>
#include <unordered_set>

#include "base/error.h"

namespace mha {
namespace {

constexpr std::size_t max_depth = 64;

class Reader {
 public:
  explicit Reader(std::string_view source) : source_(source) {}

  Json read(simdjson::dom::element element, std::size_t depth) const {
    if (depth > max_depth) fail(Status::data, "{}: nested deeper than {} levels", source_, max_depth);
    switch (element.type()) {
      case simdjson::dom::element_type::ARRAY:
        return {read_array(element, depth)};
      case simdjson::dom::element_type::OBJECT:
        return {read_object(element, depth)};
      case simdjson::dom::element_type::INT64:
        return {element.get_int64().value()};
      case simdjson::dom::element_type::UINT64:
        return {element.get_uint64().value()};
      case simdjson::dom::element_type::DOUBLE:
        return {element.get_double().value()};
      case simdjson::dom::element_type::STRING:
        return {std::string(element.get_string().value())};
      case simdjson::dom::element_type::BOOL:
        return {element.get_bool().value()};
      case simdjson::dom::element_type::NULL_VALUE:
        return {nullptr};
    }
    return {nullptr};
  }

 private:
  Json::Array read_array(simdjson::dom::element element, std::size_t depth) const {
    Json::Array array;
    const simdjson::dom::array items = element.get_array().value();
    for (simdjson::dom::element item : items) array.push_back(read(item, depth + 1));
    return array;
  }

  Json::Object read_object(simdjson::dom::element element, std::size_t depth) const {
    Json::Object object;
    std::unordered_set<std::string_view> seen;
    const simdjson::dom::object members = element.get_object().value();
    for (simdjson::dom::key_value_pair member : members) {
      if (!seen.insert(member.key).second) fail(Status::data, "{}: '{}' appears twice", source_, member.key);
      object.push_back({std::string(member.key), read(member.value, depth + 1)});
    }
    return object;
  }

  std::string_view source_;
};

}  // namespace

const Json* Json::find(std::string_view name) const {
  const auto* object = as<Object>();
  if (object == nullptr) return nullptr;
  const auto found =
      std::find_if(object->begin(), object->end(), [&](const auto& m) { return m.name == name; });
  return found == object->end() ? nullptr : &found->value;
}

Json parse_json(std::string_view text, std::string_view source) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  const simdjson::padded_string padded(text);
  const simdjson::error_code error = parser.parse(padded).get(root);
  if (error != simdjson::SUCCESS) {
    fail(Status::data, "{}: not a JSON document: {}", source, simdjson::error_message(error));
  }
  return Reader(source).read(root, 1);
}

std::string json_quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        quoted += "\\\"";
        break;
      case '\\':
        quoted += "\\\\";
        break;
      case '\n':
        quoted += "\\n";
        break;
      case '\r':
        quoted += "\\r";
        break;
      case '\t':
        quoted += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          quoted += c;
        }
    }
  }
  return quoted + '"';
}

}  // namespace mha
