// The folder in which huggingface_hub keeps what it downloaded (its guide "Understand caching").
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mha {

/// Where the cache is, there or not: HF_HUB_CACHE, else HUGGINGFACE_HUB_CACHE, else hub in HF_HOME, else
/// huggingface/hub in XDG_CACHE_HOME, else in ~/.cache (huggingface_hub/constants.py).
std::string hub_cache_folder();

/// The models of a cache.
class HubCache {
 public:
  explicit HubCache(std::string folder) : folder_(std::move(folder)) {}

  const std::string& folder() const noexcept { return folder_; }

  /// All repositories, sorted: "gpt2", "ORG/NAME". None if there is no cache.
  std::vector<std::string> repositories() const;

  bool contains(const std::string& repository) const;

  /// The folder with the files of a revision: that of the commit which refs/REVISION names, or of a commit
  /// that is named itself. Nothing if it is not there: another revision is never taken instead.
  std::optional<std::string> snapshot(const std::string& repository, const std::string& revision) const;

  /// Branches and tags that are there, sorted; commits are not listed.
  std::vector<std::string> revisions(const std::string& repository) const;

 private:
  std::string repository_folder(const std::string& repository) const;

  std::string folder_;
};

}  // namespace mha
