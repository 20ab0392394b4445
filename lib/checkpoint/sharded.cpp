#include "checkpoint/sharded.h"

#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <cassert>

#include "base/error.h"
#include "base/file.h"
#include "base/utf8.h"

namespace mha {
namespace {

constexpr std::size_t max_index_bytes = std::size_t{64} << 20;

/// How many missing files are named.
constexpr std::size_t few_files = 3;

/// A name that cannot lead out of the folder.
bool is_plain(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

bool is_there(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0;
}

}  // namespace

ShardedFiles::ShardedFiles(const std::string& path)
    : source_(utf8::printable(path)),
      folder_(path.substr(0, path.rfind('/') + 1)),
      index_(read_file(path, max_index_bytes), source_) {
  read_entries();
  list_shards();
}

void ShardedFiles::read_entries() {
  const auto map = index_.root().find("weight_map");
  if (!map || !map->is_object()) {
    fail(Status::data, "{}: no weight_map, which says in which file each tensor is", source_);
  }
  map->each_member([this](std::string_view tensor, JsonValue value) {
    const auto shard = value.string();
    if (!shard || !is_plain(*shard)) {
      fail(Status::data,
           "{}: tensor '{}' is said to be in {}; it must be the name of a file in the same folder", source_,
           utf8::printable(tensor), value.describe());
    }
    entries_.push_back({tensor, *shard});
  });
  std::ranges::sort(entries_, {}, &Entry::tensor);
}

/// A file that is missing is told before any work.
void ShardedFiles::list_shards() {
  std::vector<std::string_view> names;
  names.reserve(entries_.size());
  for (const Entry& entry : entries_) names.push_back(entry.shard);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::vector<std::string> missing;
  for (const std::string_view name : names) {
    if (!is_there(folder_ + std::string(name))) missing.push_back(utf8::printable(name));
    shards_.push_back({name, nullptr});
  }
  if (missing.empty()) return;
  const std::size_t count = missing.size();
  missing.resize(std::min(count, few_files));
  fail(Status::data, "{}: {} of the {} files it lists are missing: {}{}; download them into that folder",
       source_, count, names.size(), fmt::join(missing, ", "), count > few_files ? ", ..." : "");
}

std::vector<std::string_view> ShardedFiles::names() const {
  std::vector<std::string_view> names;
  names.reserve(entries_.size());
  for (const Entry& entry : entries_) names.push_back(entry.tensor);
  return names;
}

const ShardedFiles::Entry* ShardedFiles::entry_of(std::string_view name) const {
  const auto place = std::ranges::lower_bound(entries_, name, {}, &Entry::tensor);
  return place != entries_.end() && place->tensor == name ? &*place : nullptr;
}

const SafetensorsFile& ShardedFiles::open(std::string_view shard) const {
  const auto place = std::ranges::lower_bound(shards_, shard, {}, &Shard::name);
  assert(place != shards_.end() && place->name == shard);
  if (!place->file) place->file = std::make_unique<SafetensorsFile>(folder_ + std::string(shard));
  return *place->file;
}

FoundTensor ShardedFiles::find(std::string_view name) const {
  const Entry* const entry = entry_of(name);
  assert(entry != nullptr);
  const SafetensorsFile& file = open(entry->shard);
  if (!file.contains(name)) {
    fail(Status::data, "{}: tensor '{}' is not in it, though {} says so; download both again", file.source(),
         utf8::printable(name), source_);
  }
  return file.find(name);
}

}  // namespace mha
