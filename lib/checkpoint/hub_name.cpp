#include "checkpoint/hub_name.h"

#include <algorithm>

namespace mha {
namespace {

constexpr std::string_view scheme = "hf://";
constexpr std::string_view kind = "models/";
constexpr std::size_t max_part = 96;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_part(std::string_view part) {
  return !part.empty() && part.size() <= max_part && is_word(part.front()) && is_word(part.back()) &&
         std::ranges::all_of(part, [](char c) { return is_word(c) || c == '-' || c == '.'; });
}

bool is_repository(std::string_view text) {
  if (text.find("--") != std::string_view::npos || text.find("..") != std::string_view::npos) return false;
  if (text.ends_with(".git")) return false;
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return is_part(text);
  return is_part(text.substr(0, slash)) && is_part(text.substr(slash + 1));
}

}  // namespace

bool is_revision(std::string_view text) {
  for (;;) {
    const std::string_view part = text.substr(0, text.find('/'));
    if (part.empty() || part == "." || part == ".." || part.find('\0') != std::string_view::npos)
      return false;
    if (part.size() == text.size()) return true;
    text.remove_prefix(part.size() + 1);
  }
}

std::optional<HubName> parse_hub_name(std::string_view text) {
  if (text.starts_with(scheme)) {
    text.remove_prefix(scheme.size());
    if (text.starts_with(kind)) text.remove_prefix(kind.size());
  }
  const std::size_t at = std::min(text.find('@'), text.size());
  HubName name{std::string(text.substr(0, at)), std::nullopt};
  if (at != text.size()) name.revision = text.substr(at + 1);
  if (!is_repository(name.repository) || (name.revision && !is_revision(*name.revision))) return std::nullopt;
  return name;
}

}  // namespace mha
