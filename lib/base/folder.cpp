#include "base/folder.h"

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/utf8.h"

namespace mha {

namespace fs = std::filesystem;

std::vector<std::string> list_folder(const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(path, error);
  while (!error && entry != fs::directory_iterator()) {
    names.push_back(entry->path().filename());
    entry.increment(error);
  }
  if (error) fail(Status::io, "{}: cannot be read: {}", utf8::printable(path), error.message());
  std::ranges::sort(names);
  return names;
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_file(const std::string& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

}  // namespace mha
