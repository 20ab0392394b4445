// The variables of the environment, and paths that name them.
#pragma once

#include <optional>
#include <string>

namespace mha {

/// The value of a variable, which may be empty; nothing if it is not set.
std::optional<std::string> environment(const char* name);

/// The path with "~" or "~user" at its beginning made a home folder, and then $NAME and ${NAME} replaced by
/// their values; what is not known stays as it is (Python's os.path.expanduser and expandvars).
std::string expand_path(const std::string& path);

}  // namespace mha
