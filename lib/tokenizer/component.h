// One component of a tokenizer.json as it is read: members with their types, and where it stands.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace mha {

/// Every function throws Error(data), with the file, the place in it and what is there, for a member that is
/// missing or of another type.
class Component {
 public:
  /// `source` is the file, `trail` the way to the value in it ("normalizer"; empty for the whole). The value
  /// is to be an object.
  Component(JsonValue value, std::string source, std::string trail = {});

  /// How errors name it: "tokenizer.json: normalizer".
  std::string place() const { return trail_.empty() ? source_ : source_ + ": " + trail_; }
  JsonValue value() const { return value_; }

  /// The member "type".
  std::string_view type() const { return text("type"); }

  JsonValue member(std::string_view name) const;
  std::string_view text(std::string_view name) const;
  bool flag(std::string_view name) const;
  bool flag_or(std::string_view name, bool otherwise) const;
  std::uint32_t natural(std::string_view name) const;

  /// A text of exactly one code point.
  char32_t code_point(std::string_view name) const;

  /// A list of objects, or one object.
  std::vector<Component> components(std::string_view name) const;
  Component component(std::string_view name) const;
  std::optional<Component> optional_component(std::string_view name) const;  ///< nothing for null as well

  /// The index of the text among `names`.
  std::size_t choice(std::string_view name, std::span<const std::string_view> names) const;

  /// Fails: what the member is, and what is wanted.
  [[noreturn]] void refuse(std::string_view name, std::string_view wanted) const;

  /// Fails: the type is not among those that are known.
  [[noreturn]] void refuse_type(std::span<const std::string_view> known) const;

 private:
  Component child(JsonValue value, std::string_view step) const;

  JsonValue value_;
  std::string source_, trail_;
};

/// The entry of a catalogue whose member `type` is that of the component. Throws Error(data) with the types
/// that are known if there is none.
template <class Entry, std::size_t size>
const Entry& entry_of(const Entry (&entries)[size], const Component& component) {
  std::array<std::string_view, size> types;
  for (std::size_t i = 0; i < size; ++i) {
    if (entries[i].type == component.type()) return entries[i];
    types[i] = entries[i].type;
  }
  component.refuse_type(types);
}

}  // namespace mha
