// What is in a folder.
#pragma once

#include <string>
#include <vector>

namespace mha {

/// The names in a folder, sorted. Throws Error(io) with the path and the system's text if it cannot be read.
std::vector<std::string> list_folder(const std::string& path);

/// True for a folder, or a link to one, that can be looked at.
bool is_folder(const std::string& path);

/// True for a regular file, or a link to one, that can be looked at.
bool is_file(const std::string& path);

}  // namespace mha
