// A config.json, read key by key with checks.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace mha {

/// No size of a model comes near this; products of two stay far from overflow.
inline constexpr std::size_t max_size = std::size_t{1} << 31;

/// A size and where it comes from, for errors.
struct Setting {
  std::optional<std::size_t> value;
  std::string source;  ///< "config.json: ", or nothing for an option
  std::string name;    ///< "num_attention_heads" or "--num-heads"
  bool by_default = false;

  std::string label() const { return source + name + (by_default ? " (by default)" : ""); }
  Status blame() const { return source.empty() ? Status::usage : Status::data; }
  void override_by(std::optional<std::size_t> given, const char* option) {
    if (given) *this = {given, "", option, false};
  }
};

/// The value of a setting. Throws Error for one that is missing (by blame()) or above `most` (limit).
std::size_t require(const Setting& setting, std::size_t most = max_size);

/// Throws Error with the nearest divisors if `divisor` does not divide `number`; `otherwise` ends the
/// message.
void require_divisor(const Setting& divisor, const Setting& number, const char* otherwise);

class ConfigFile {
 public:
  /// Throws Error: io, data if it is no JSON object, limit above 16 MiB.
  explicit ConfigFile(const std::string& path);

  /// "config.json: num_heads" for messages.
  std::string label(std::string_view key) const;

  /// The value of a key; nothing if it is absent or null.
  std::optional<JsonValue> find(std::string_view key) const;

  /// True without any key.
  bool is_empty() const { return root_.size() == 0; }

  /// True for a key that is there without a value.
  bool is_null(std::string_view key) const;

  /// A whole number from `least` on under one of several names, the first that is there; without a value if
  /// none is. Throws Error(data) for what is no such number, and for two names that contradict each other.
  Setting size(std::span<const std::string_view> names, std::size_t least = 1) const;

  /// Throws Error(data) for what is no number above 0.
  std::optional<double> positive_number(std::string_view key) const;

  /// Throws Error(data) for what is no string.
  std::optional<std::string_view> text(std::string_view key) const;

  /// `otherwise` if the key is absent or null. Throws Error(data) for what is neither true nor false.
  bool flag(std::string_view key, bool otherwise) const;

  /// Throws Error(data) for what is no list of numbers, or of strings.
  std::optional<std::vector<double>> numbers(std::string_view key) const;
  std::optional<std::vector<std::string_view>> texts(std::string_view key) const;

  /// An object inside, read as a file of its own whose labels begin with its key. Throws Error(data) for what
  /// is no object.
  std::optional<ConfigFile> section(std::string_view key) const;

 private:
  ConfigFile(std::string source, std::shared_ptr<const JsonDocument> document, JsonValue root)
      : source_(std::move(source)), document_(std::move(document)), root_(root) {}

  std::string source_;  ///< what stands before a key in messages
  std::shared_ptr<const JsonDocument> document_;
  JsonValue root_;
};

}  // namespace mha
