#include "checkpoint/hub_cache.h"

#include <algorithm>
#include <filesystem>

#include "base/environment.h"
#include "base/file.h"
#include "base/folder.h"

namespace mha {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view model_folder = "models--";
constexpr std::string_view separator = "--";
constexpr std::string_view blanks = " \t\r\n";

/// More than any name of a commit.
constexpr std::size_t max_ref_bytes = 4096;

/// What a refs file holds, without blanks around it; nothing where there is no such file.
std::optional<std::string> read_ref(const fs::path& path) {
  if (!is_file(path)) return std::nullopt;
  const std::string text = read_file(path, max_ref_bytes);
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string::npos) return std::string();
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// A commit is one folder among the snapshots.
bool is_commit(std::string_view text) {
  return !text.empty() && text != "." && text != ".." && text.find('/') == std::string_view::npos &&
         text.find('\0') == std::string_view::npos;
}

}  // namespace

std::string hub_cache_folder() {
  if (const auto folder = environment("HF_HUB_CACHE")) return expand_path(*folder);
  if (const auto folder = environment("HUGGINGFACE_HUB_CACHE")) return expand_path(*folder);
  const std::string caches = environment("XDG_CACHE_HOME").value_or(fs::path(expand_path("~")) / ".cache");
  const std::string home = expand_path(environment("HF_HOME").value_or(fs::path(caches) / "huggingface"));
  return expand_path(fs::path(home) / "hub");
}

std::string HubCache::repository_folder(const std::string& repository) const {
  std::string name(model_folder);
  name += repository;
  if (const std::size_t slash = name.find('/'); slash != std::string::npos) name.replace(slash, 1, separator);
  return fs::path(folder_) / name;
}

std::vector<std::string> HubCache::repositories() const {
  const std::string folder = folder_.empty() ? "." : folder_;
  std::vector<std::string> names;
  if (!is_folder(folder)) return names;
  for (std::string name : list_folder(folder)) {
    if (!name.starts_with(model_folder) || !is_folder(fs::path(folder) / name)) continue;
    name.erase(0, model_folder.size());
    const std::size_t place = name.find(separator);
    if (place != std::string::npos) name.replace(place, separator.size(), 1, '/');
    names.push_back(name);
  }
  return names;
}

bool HubCache::contains(const std::string& repository) const {
  return is_folder(repository_folder(repository));
}

std::optional<std::string> HubCache::snapshot(const std::string& repository,
                                              const std::string& revision) const {
  const fs::path folder = repository_folder(repository);
  const std::string commit = read_ref(folder / "refs" / revision).value_or(revision);
  const fs::path snapshot = folder / "snapshots" / commit;
  if (!is_commit(commit) || !is_folder(snapshot)) return std::nullopt;
  return snapshot;
}

std::vector<std::string> HubCache::revisions(const std::string& repository) const {
  const fs::path refs = fs::path(repository_folder(repository)) / "refs";
  std::vector<std::string> names;
  std::error_code error;
  fs::recursive_directory_iterator entry(refs, error);
  while (!error && entry != fs::recursive_directory_iterator()) {
    if (is_file(entry->path())) names.push_back(entry->path().lexically_relative(refs));
    entry.increment(error);
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace mha
