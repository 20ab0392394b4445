#include "tokenizer/component.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "base/nearest.h"
#include "base/utf8.h"

namespace mha {

Component::Component(JsonValue value, std::string source, std::string trail)
    : value_(value), source_(std::move(source)), trail_(std::move(trail)) {
  if (!value.is_object())
    fail(Status::data, "{} is {}, where an object is wanted", place(), value.describe());
}

Component Component::child(JsonValue value, std::string_view step) const {
  return {value, source_, trail_.empty() ? std::string(step) : fmt::format("{}.{}", trail_, step)};
}

JsonValue Component::member(std::string_view name) const {
  const auto found = value_.find(name);
  if (!found) fail(Status::data, "{}: '{}' is missing", place(), name);
  return *found;
}

std::string_view Component::text(std::string_view name) const {
  const auto found = member(name).string();
  if (!found) refuse(name, "a text");
  return *found;
}

bool Component::flag(std::string_view name) const {
  const auto found = member(name).boolean();
  if (!found) refuse(name, "true or false");
  return *found;
}

bool Component::flag_or(std::string_view name, bool otherwise) const {
  return value_.find(name) ? flag(name) : otherwise;
}

std::uint32_t Component::natural(std::string_view name) const {
  const auto found = member(name).natural();
  if (!found || *found > std::numeric_limits<std::uint32_t>::max()) {
    refuse(name, "a whole number from 0 to 4294967295");
  }
  return static_cast<std::uint32_t>(*found);
}

char32_t Component::code_point(std::string_view name) const {
  const std::string_view found = text(name);
  std::size_t end = 0;
  const char32_t c = found.empty() ? 0 : utf8::next(found, end);
  if (found.empty() || end != found.size()) refuse(name, "one character");
  return c;
}

std::vector<Component> Component::components(std::string_view name) const {
  const JsonValue list = member(name);
  if (!list.is_array()) refuse(name, "a list");
  std::vector<Component> all;
  list.each_item(
      [&](JsonValue item) { all.push_back(child(item, fmt::format("{}[{}]", name, all.size()))); });
  return all;
}

Component Component::component(std::string_view name) const { return child(member(name), name); }

std::optional<Component> Component::optional_component(std::string_view name) const {
  const auto found = value_.find(name);
  if (!found || found->is_null()) return std::nullopt;
  return child(*found, name);
}

std::size_t Component::choice(std::string_view name, std::span<const std::string_view> names) const {
  const auto found = std::find(names.begin(), names.end(), text(name));
  if (found == names.end()) refuse(name, fmt::format("one of {}", fmt::join(names, ", ")));
  return static_cast<std::size_t>(found - names.begin());
}

void Component::refuse(std::string_view name, std::string_view wanted) const {
  fail(Status::data, "{}: '{}' is {}, where {} is wanted", place(), name, member(name).describe(), wanted);
}

void Component::refuse_type(std::span<const std::string_view> known) const {
  const std::string found = utf8::printable(type());
  fail(Status::data, "{}: type '{}' is not known{}; known are {}", place(), found, did_you_mean(found, known),
       fmt::join(known, ", "));
}

}  // namespace mha
