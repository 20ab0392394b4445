#include "base/file_kind.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>

#include "base/descriptor.h"
#include "base/error.h"
#include "base/utf8.h"

namespace mha {
namespace {

using namespace std::literals;

/// How files of a kind begin.
struct Magic {
  std::string_view begin;
  FileKind kind;
};

constexpr Magic magics[] = {
    {"version https://git-lfs"sv, FileKind::git_lfs},
    {"\x93NUMPY"sv, FileKind::numpy},
    {"PK\x03\x04"sv, FileKind::zip},
    {"PK\x05\x06"sv, FileKind::zip},  // without a file
    {"\x1f\x8b"sv, FileKind::gzip},
    {"\x28\xb5\x2f\xfd"sv, FileKind::zstd},
    {"\xfd\x37zXZ"sv, FileKind::xz},
    {"\x89PNG\r\n\x1a\n"sv, FileKind::png},
    {"\xff\xd8\xff"sv, FileKind::jpeg},
    {"GIF8"sv, FileKind::gif},
    {"%PDF-"sv, FileKind::pdf},
    {"GGUF"sv, FileKind::gguf},
    {"\x89HDF\r\n"sv, FileKind::hdf5},
    {"\x80\x02"sv, FileKind::pickle},
    {"\x80\x03"sv, FileKind::pickle},
    {"\x80\x04"sv, FileKind::pickle},
    {"\x80\x05"sv, FileKind::pickle},
    {"\x7f\x45LF"sv, FileKind::program},
    {"SQLite format 3\0"sv, FileKind::sqlite},
};

/// The length of the header as eight bytes, then the header, a JSON object: "safetensors" writes it so.
bool is_safetensors(std::string_view begin) {
  constexpr std::size_t length_bytes = 8;
  const bool long_enough = begin.size() > length_bytes;
  // Headers are below 2^32 bytes by far.
  return long_enough && begin.substr(4, 4) == "\0\0\0\0"sv && begin[length_bytes] == '{';
}

/// A character that was cut through at the end of what was read is no fault.
bool is_utf8(std::string_view begin) {
  constexpr std::size_t longest = 4;
  const auto invalid = utf8::find_invalid(begin);
  return !invalid || (begin.size() == file_kind_bytes && *invalid + longest > begin.size());
}

bool is_plain(std::string_view begin) {
  const auto is_control = [](unsigned char c) {
    return (c < ' ' && (c < '\t' || c > '\r') && c != '\x1b') || c == '\x7f';
  };
  return is_utf8(begin) && std::none_of(begin.begin(), begin.end(), is_control);
}

/// What stands behind white space and a byte order mark.
std::string_view first_word_on(std::string_view begin) {
  if (begin.starts_with("\xef\xbb\xbf")) begin.remove_prefix(3);
  return begin.substr(std::min(begin.find_first_not_of(" \t\r\n"), begin.size()));
}

std::optional<FileKind> markup_kind(std::string_view begin) {
  std::string start(first_word_on(begin));
  std::transform(start.begin(), start.end(), start.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (start.starts_with("<!doctype html") || start.starts_with("<html")) return FileKind::html;
  if (start.starts_with("<svg") || start.starts_with("<!doctype svg")) return FileKind::svg;
  if (!start.starts_with("<?xml")) return std::nullopt;
  return start.find("<svg") == std::string::npos ? FileKind::xml : FileKind::svg;
}

FileKind text_kind(std::string_view begin) {
  const std::string_view start = first_word_on(begin);
  return start.starts_with('{') || start.starts_with('[') ? FileKind::json : FileKind::text;
}

[[noreturn]] void fail_io(const std::string& path) {
  fail(Status::io, "{}: cannot be read: {}", utf8::printable(path), system_text(errno));
}

}  // namespace

FileKind file_kind(std::string_view begin) {
  begin = begin.substr(0, file_kind_bytes);
  // Its first bytes are a number, which may be another kind's magic: a header of 640 bytes begins as a
  // pickle.
  if (is_safetensors(begin)) return FileKind::safetensors;
  for (const Magic& magic : magics) {
    if (begin.starts_with(magic.begin)) return magic.kind;
  }
  if (const auto markup = markup_kind(begin)) return *markup;
  return is_plain(begin) ? text_kind(begin) : FileKind::unknown;
}

std::string_view to_text(FileKind kind) {
  switch (kind) {
    case FileKind::numpy:
      return "a NumPy array";
    case FileKind::safetensors:
      return "a safetensors file";
    case FileKind::zip:
      return "a zip archive";
    case FileKind::gzip:
      return "compressed by gzip";
    case FileKind::zstd:
      return "compressed by zstd";
    case FileKind::xz:
      return "compressed by xz";
    case FileKind::png:
      return "a PNG picture";
    case FileKind::jpeg:
      return "a JPEG picture";
    case FileKind::gif:
      return "a GIF picture";
    case FileKind::pdf:
      return "a PDF document";
    case FileKind::gguf:
      return "a GGUF file";
    case FileKind::hdf5:
      return "an HDF5 file";
    case FileKind::pickle:
      return "a Python pickle";
    case FileKind::program:
      return "a program";
    case FileKind::sqlite:
      return "an SQLite database";
    case FileKind::git_lfs:
      return "a Git LFS pointer";
    case FileKind::html:
      return "an HTML page";
    case FileKind::svg:
      return "an SVG picture";
    case FileKind::xml:
      return "an XML document";
    case FileKind::json:
      return "JSON";
    case FileKind::text:
      return "a text";
    case FileKind::unknown:
      break;
  }
  return "binary data of a kind that mha does not know";
}

bool is_text(FileKind kind) {
  switch (kind) {
    case FileKind::git_lfs:
    case FileKind::html:
    case FileKind::svg:
    case FileKind::xml:
    case FileKind::json:
    case FileKind::text:
      return true;
    default:
      return false;
  }
}

std::optional<FileKind> kind_of_file(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) fail_io(path);
  std::string begin(file_kind_bytes, '\0');
  const ssize_t count = ::read(file.number(), begin.data(), begin.size());
  if (count < 0) fail_io(path);
  begin.resize(static_cast<std::size_t>(count));
  return begin.empty() ? std::nullopt : std::optional(file_kind(begin));
}

}  // namespace mha
