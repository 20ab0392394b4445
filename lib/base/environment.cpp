#include "base/environment.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace mha {
namespace {

std::optional<std::string> home_of(const struct passwd* user) {
  if (user == nullptr || user->pw_dir == nullptr) return std::nullopt;
  return user->pw_dir;
}

/// The home folder of a user, or of this one for no name.
std::optional<std::string> home_folder(const std::string& user) {
  if (!user.empty()) return home_of(::getpwnam(user.c_str()));
  if (const auto home = environment("HOME")) return home;
  return home_of(::getpwuid(::getuid()));
}

std::string expand_home(const std::string& path) {
  if (!path.starts_with('~')) return path;
  const std::size_t end = std::min(path.find('/'), path.size());
  std::optional<std::string> home = home_folder(path.substr(1, end - 1));
  if (!home) return path;
  while (home->ends_with('/')) home->pop_back();
  const std::string expanded = *home + path.substr(end);
  return expanded.empty() ? "/" : expanded;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// How long the reference at the beginning of `text` is ("$NAME", "${NAME}"), and the name in it.
struct Reference {
  std::size_t size;
  std::string name;
};
std::optional<Reference> reference_at(std::string_view text) {
  if (text.starts_with("${")) {
    const std::size_t end = text.find('}');
    if (end == std::string_view::npos) return std::nullopt;
    return Reference{end + 1, std::string(text.substr(2, end - 2))};
  }
  const auto end = std::find_if_not(text.begin() + 1, text.end(), is_word);
  const auto size = static_cast<std::size_t>(end - text.begin());
  if (size == 1) return std::nullopt;
  return Reference{size, std::string(text.substr(1, size - 1))};
}

}  // namespace

std::optional<std::string> environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::string expand_path(const std::string& path) {
  const std::string text = expand_home(path);
  std::string expanded;
  for (std::size_t place = 0; place < text.size();) {
    const auto reference =
        text[place] == '$' ? reference_at(std::string_view(text).substr(place)) : std::nullopt;
    const auto value = reference ? environment(reference->name.c_str()) : std::nullopt;
    const std::size_t taken = reference ? reference->size : 1;
    expanded += value ? *value : text.substr(place, taken);
    place += taken;
  }
  return expanded;
}

}  // namespace mha
