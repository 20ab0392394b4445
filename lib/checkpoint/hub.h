// Where the files of a model are: in a folder, or in the cache of the Hugging Face hub.
#pragma once

#include <optional>
#include <string>

namespace mha {

/// A model as the user names it.
struct ModelName {
  /// A folder, a .safetensors or .index.json file in one, or a repository of the hub:
  /// [hf://]ORG/NAME[@REVISION], or NAME alone. A path that exists is taken for one.
  std::string text;
  std::optional<std::string> revision;  ///< of a repository; "main" if nothing says otherwise
};

struct ModelFiles {
  std::string folder;   ///< where all of its files are
  std::string config;   ///< config.json
  std::string weights;  ///< a safetensors file or an index
};

/// The folder with the files of a model, be they complete or not. Nothing is downloaded. A NAME alone is a
/// repository of that name without organisation, or the only one in the cache whose name ends in it. Throws
/// Error: io for what is not there, with where it was sought and the command that gets it; usage for what is
/// no name, for a revision of a folder, and for a NAME of several repositories.
std::string locate_folder(const ModelName& name);

/// What of a model's files there is for a look at its weights.
struct WeightFiles {
  std::string folder;
  std::optional<std::string> config;  ///< config.json, if it is there
  std::string weights;
};

/// The weights of a model, with or without a configuration. Throws as locate_model does for all else.
WeightFiles locate_weights(const ModelName& name);

/// The configuration and weights of a model. Throws as locate_folder does, and Error(io) if one of them is
/// missing; data for weights in a format that is not read, and for a configuration that is no regular file.
ModelFiles locate_model(const ModelName& name);

}  // namespace mha
