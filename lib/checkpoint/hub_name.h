// Names of repositories on the Hugging Face hub.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mha {

/// A repository and what was said of its revision.
struct HubName {
  std::string repository;               ///< "ORG/NAME" or "NAME"
  std::optional<std::string> revision;  ///< branch, tag, commit or pull request ("refs/pr/1")

  bool has_organisation() const { return repository.find('/') != std::string::npos; }
};

/// Reads [hf://][models/]ORG/NAME[@REVISION], or NAME for a repository without organisation or one whose
/// organisation is not said. Nothing for what cannot be such a name by the rules of the hub
/// (huggingface_hub/utils/_validators.py), or for a revision that leads out of its folder.
std::optional<HubName> parse_hub_name(std::string_view text);

/// True if it may name a revision: parts between slashes, none of them empty, "." or "..".
bool is_revision(std::string_view text);

}  // namespace mha
