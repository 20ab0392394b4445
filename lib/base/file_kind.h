// What a file is, by how it begins.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mha {

enum class FileKind {
  numpy,
  safetensors,
  zip,
  gzip,
  zstd,
  xz,
  png,
  jpeg,
  gif,
  pdf,
  gguf,
  hdf5,
  pickle,
  program,
  sqlite,
  git_lfs,
  html,
  svg,
  xml,
  json,
  text,
  unknown
};

/// So many bytes tell the kind.
inline constexpr std::size_t file_kind_bytes = 4096;

/// The kind of a file that begins so: file_kind_bytes of it, or all of a shorter one. Text is UTF-8 without
/// control characters.
FileKind file_kind(std::string_view begin);

/// "a PNG picture", "a text", "no format that mha knows".
std::string_view to_text(FileKind kind);

/// True for what can be shown as it is: text, and what is written as text.
bool is_text(FileKind kind);

/// The kind of a regular file; nothing for an empty one and for what is not there or no regular file. Throws
/// Error(io) for one that cannot be read.
std::optional<FileKind> kind_of_file(const std::string& path);

}  // namespace mha
