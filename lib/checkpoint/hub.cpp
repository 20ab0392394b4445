#include "checkpoint/hub.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "checkpoint/hub_cache.h"
#include "checkpoint/hub_name.h"
#include "checkpoint/weight_files.h"

namespace mha {
namespace {

namespace fs = std::filesystem;

constexpr const char* default_revision = "main";

/// How many of what there is are listed.
constexpr std::size_t few = 8;

/// A model that was found: a file of weights, or a folder, or a repository's folder in the cache.
struct Place {
  std::string folder;
  std::optional<std::string> weights;   ///< where a file was named
  std::optional<std::string> download;  ///< the command that completes it, for one in the cache
};

std::string download_command(const HubName& name) {
  const std::string revision = name.revision ? " --revision " + utf8::printable(*name.revision) : "";
  return "hf download " + name.repository + revision;
}

std::string list_of(std::vector<std::string> names) {
  const bool more = names.size() > few;
  names.resize(std::min(names.size(), few));
  for (std::string& name : names) name = utf8::printable(name);
  return fmt::format("{}{}", fmt::join(names, ", "), more ? ", ..." : "");
}

std::string shown_folder(const HubCache& cache) {
  return cache.folder().empty() ? "." : utf8::printable(cache.folder());
}

[[noreturn]] void fail_unknown(const HubName& name, const HubCache& cache) {
  const std::vector<std::string> repositories = cache.repositories();
  std::vector<std::string_view> near(repositories.begin(), repositories.end());
  for (std::string_view& known : near) {
    if (!name.has_organisation()) known.remove_prefix(known.find('/') + 1);  // npos + 1 is 0
  }
  const std::string command = name.has_organisation()
                                  ? download_command(name)
                                  : download_command({"ORG/" + name.repository, name.revision});
  fail(Status::io, "model {}: no such file or folder, and not in the cache {}{}; to get it: {}",
       name.repository, shown_folder(cache), did_you_mean(name.repository, near), command);
}

/// The repository that a NAME without organisation means.
std::string full_name(const HubName& name, const HubCache& cache) {
  if (cache.contains(name.repository)) return name.repository;
  std::vector<std::string> matches;
  for (const std::string& repository : cache.repositories()) {
    if (repository.ends_with('/' + name.repository)) matches.push_back(repository);
  }
  if (name.has_organisation() || matches.empty()) fail_unknown(name, cache);
  if (matches.size() == 1) return matches.front();
  fail(Status::usage, "model {}: several repositories in the cache have this name: {}; say which",
       name.repository, list_of(matches));
}

Place place_in_cache(HubName name) {
  const HubCache cache(hub_cache_folder());
  name.repository = full_name(name, cache);
  const std::string revision = name.revision.value_or(default_revision);
  const std::string command = download_command(name);
  if (const auto folder = cache.snapshot(name.repository, revision)) return {*folder, std::nullopt, command};
  const std::vector<std::string> there = cache.revisions(name.repository);
  fail(Status::io, "model {}: revision {} is not in the cache {}{}; to get it: {}", name.repository,
       utf8::printable(revision), shown_folder(cache), there.empty() ? "" : ", which has " + list_of(there),
       command);
}

std::string folder_of(const std::string& file) {
  const std::string folder = fs::path(file).parent_path();
  return folder.empty() ? "." : folder;
}

/// True for what is meant as a path, be there something or not.
bool looks_like_path(const std::string& text) {
  return text.starts_with('/') || text.starts_with('.') || text.starts_with('~') || text.ends_with('/') ||
         text.ends_with(".safetensors") || text.ends_with(".json") ||
         std::count(text.begin(), text.end(), '/') > 1;
}

std::optional<Place> place_on_disk(const ModelName& name) {
  std::error_code error;
  const fs::file_status status = fs::status(name.text, error);
  if (!fs::exists(status)) {
    const bool absent = status.type() == fs::file_type::not_found;
    if (absent && !looks_like_path(name.text)) return std::nullopt;
    if (absent && (name.text.starts_with("hf://") || name.text.find('@') != std::string::npos))
      return std::nullopt;
    fail(Status::io, "model {}: cannot be read: {}", utf8::printable(name.text),
         absent ? "No such file or directory" : error.message());
  }
  if (name.revision) {
    fail(Status::usage, "--revision is for repositories of the hub, and model {} is a path",
         utf8::printable(name.text));
  }
  if (fs::is_directory(status)) return Place{name.text, std::nullopt, std::nullopt};
  return Place{folder_of(name.text), name.text, std::nullopt};
}

HubName hub_name_of(const ModelName& name) {
  auto hub_name = parse_hub_name(name.text);
  if (!hub_name) {
    fail(Status::usage, "model {}: neither a file or folder nor a name as ORG/NAME or ORG/NAME@REVISION",
         utf8::printable(name.text));
  }
  if (!name.revision) return *hub_name;
  if (!is_revision(*name.revision)) {
    fail(Status::usage, "--revision {}: no branch, tag or commit has such a name",
         utf8::printable(*name.revision));
  }
  if (hub_name->revision && hub_name->revision != name.revision) {
    fail(Status::usage, "model {} names one revision and --revision another, {}", utf8::printable(name.text),
         utf8::printable(*name.revision));
  }
  hub_name->revision = name.revision;
  return *hub_name;
}

Place place_of(const ModelName& name) {
  if (name.text.empty() || name.text.find('\0') != std::string::npos) {
    fail(Status::usage, "model '{}': a path or name is needed", utf8::printable(name.text));
  }
  if (auto place = place_on_disk(name)) return *place;
  return place_in_cache(hub_name_of(name));
}

[[noreturn]] void fail_incomplete(const Place& place, std::string_view what) {
  if (place.download) {
    fail(Status::io, "{}: {} is not in the cache; to get it: {}", utf8::printable(place.folder), what,
         *place.download);
  }
  fail(Status::io, "{}: {} is not there; a model's folder has it beside the rest",
       utf8::printable(place.folder), what);
}

WeightFiles weights_in(const Place& place) {
  const auto weights = place.weights ? place.weights : find_weights(place.folder);
  if (!weights) fail_incomplete(place, "model.safetensors");
  const fs::path config = fs::path(place.folder) / "config.json";
  std::error_code ignored;  // what cannot be looked at cannot be read either, which says why
  const fs::file_status status = fs::status(config, ignored);
  if (status.type() == fs::file_type::not_found) return {place.folder, std::nullopt, *weights};
  if (fs::is_other(status)) {  // a pipe without a writer would be waited for
    fail(Status::data, "{}: not a regular file", utf8::printable(config.string()));
  }
  return {place.folder, config, *weights};
}

}  // namespace

std::string locate_folder(const ModelName& name) { return place_of(name).folder; }

WeightFiles locate_weights(const ModelName& name) { return weights_in(place_of(name)); }

ModelFiles locate_model(const ModelName& name) {
  const Place place = place_of(name);
  const WeightFiles files = weights_in(place);
  if (!files.config) fail_incomplete(place, "config.json");
  return {files.folder, *files.config, files.weights};
}

}  // namespace mha
