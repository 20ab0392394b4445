#include "model/config_file.h"

#include <algorithm>
#include <cmath>

#include "base/file.h"
#include "base/utf8.h"

namespace mha {
namespace {

constexpr std::size_t max_config_bytes = std::size_t{16} << 20;

/// "6, 8": the divisors of `number` next to `wanted`, below and above.
std::string nearest_divisors(std::size_t number, std::size_t wanted) {
  std::optional<std::size_t> below, above;
  for (std::size_t d = 1; d * d <= number; ++d) {
    if (number % d != 0) continue;
    for (std::size_t divisor : {d, number / d}) {
      if (divisor < wanted) below = std::max(below.value_or(divisor), divisor);
      if (divisor > wanted) above = std::min(above.value_or(divisor), divisor);
    }
  }
  if (below && above) return fmt::format("{}, {}", *below, *above);
  return fmt::format("{}", below ? *below : above.value_or(number));
}

}  // namespace

std::size_t require(const Setting& setting, std::size_t most) {
  if (!setting.value)
    fail(setting.blame(), "{} is missing; give it in the file or as an option", setting.label());
  if (*setting.value > most) {
    fail(Status::limit, "{} is {}; more than {} is not supported", setting.label(), *setting.value, most);
  }
  return *setting.value;
}

void require_divisor(const Setting& divisor, const Setting& number, const char* otherwise) {
  if (*number.value % *divisor.value == 0) return;
  const Status blame = divisor.blame() == Status::usage ? Status::usage : number.blame();
  fail(blame, "{} is {}, which does not divide {} {} (nearest: {}){}", divisor.label(), *divisor.value,
       number.name, *number.value, nearest_divisors(*number.value, *divisor.value), otherwise);
}

ConfigFile::ConfigFile(const std::string& path)
    : source_(utf8::printable(path) + ": "),
      document_(std::make_shared<JsonDocument>(read_file(path, max_config_bytes), utf8::printable(path))),
      root_(document_->root()) {
  if (!root_.is_object()) fail(Status::data, "{}: not a JSON object", utf8::printable(path));
}

std::string ConfigFile::label(std::string_view key) const { return fmt::format("{}{}", source_, key); }

std::optional<JsonValue> ConfigFile::find(std::string_view key) const {
  const auto value = root_.find(key);
  return value && value->is_null() ? std::nullopt : value;
}

bool ConfigFile::is_null(std::string_view key) const {
  const auto value = root_.find(key);
  return value && value->is_null();
}

Setting ConfigFile::size(std::span<const std::string_view> names, std::size_t least) const {
  Setting setting{std::nullopt, source_, std::string(names.front())};
  for (std::string_view name : names) {
    const auto value = find(name);
    if (!value) continue;
    const auto number = value->integer();
    if (!number || *number < static_cast<std::int64_t>(least)) {
      fail(Status::data, "{} is {}; it must be a whole number from {} on", label(name), value->describe(),
           least);
    }
    const auto size = static_cast<std::size_t>(*number);
    if (setting.value && *setting.value != size) {
      fail(Status::data, "{} is {}, but {} is {}; both mean the same, so remove one", setting.label(),
           *setting.value, name, size);
    }
    if (!setting.value) setting.name = name;
    setting.value = size;
  }
  return setting;
}

std::optional<double> ConfigFile::positive_number(std::string_view key) const {
  const auto value = find(key);
  if (!value) return std::nullopt;
  const auto number = value->number();
  if (!number || !(*number > 0) || !std::isfinite(*number)) {
    fail(Status::data, "{} is {}; it must be a number above 0", label(key), value->describe());
  }
  return number;
}

std::optional<std::string_view> ConfigFile::text(std::string_view key) const {
  const auto value = find(key);
  if (!value) return std::nullopt;
  const auto text = value->string();
  if (!text) fail(Status::data, "{} is {}; it must be a string", label(key), value->describe());
  return text;
}

bool ConfigFile::flag(std::string_view key, bool otherwise) const {
  const auto value = find(key);
  if (!value) return otherwise;
  const auto flag = value->boolean();
  if (!flag) fail(Status::data, "{} is {}; it must be true or false", label(key), value->describe());
  return *flag;
}

std::optional<std::vector<double>> ConfigFile::numbers(std::string_view key) const {
  const auto value = find(key);
  if (!value) return std::nullopt;
  std::vector<double> numbers;
  for (const JsonValue item : value->items()) {
    const auto number = item.number();
    if (!number || !std::isfinite(*number)) {
      fail(Status::data, "{} has {}; it must be a list of numbers", label(key), item.describe());
    }
    numbers.push_back(*number);
  }
  if (!value->is_array()) {
    fail(Status::data, "{} is {}; it must be a list of numbers", label(key), value->describe());
  }
  return numbers;
}

std::optional<std::vector<std::string_view>> ConfigFile::texts(std::string_view key) const {
  const auto value = find(key);
  if (!value) return std::nullopt;
  std::vector<std::string_view> texts;
  for (const JsonValue item : value->items()) {
    const auto text = item.string();
    if (!text) fail(Status::data, "{} has {}; it must be a list of strings", label(key), item.describe());
    texts.push_back(*text);
  }
  if (!value->is_array()) {
    fail(Status::data, "{} is {}; it must be a list of strings", label(key), value->describe());
  }
  return texts;
}

std::optional<ConfigFile> ConfigFile::section(std::string_view key) const {
  const auto value = find(key);
  if (!value) return std::nullopt;
  if (!value->is_object()) {
    fail(Status::data, "{} is {}; it must be an object", label(key), value->describe());
  }
  return ConfigFile(label(key) + ".", document_, *value);
}

}  // namespace mha
