#include "checkpoint/foreign_format.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace mha {
namespace {

using namespace std::literals;

/// How files of a format begin.
struct Magic {
  std::string_view begin;
  std::string_view advice;
};

constexpr std::string_view pickle_advice =
    "a pickle, which can run code when it is loaded; convert it where you trust it: torch.load, then "
    "safetensors.torch.save_file";

constexpr Magic magics[] = {
    {"version https://git-lfs"sv, "a Git LFS pointer, not the weights; run: git lfs pull"},
    {"PK\x03\x04"sv,
     "a zip archive, as torch.save writes; convert it with Transformers: from_pretrained, then "
     "save_pretrained"},
    {"GGUF"sv, "a GGUF file; take the repository's safetensors files instead"},
    {"\x89HDF\r\n"sv,
     "an HDF5 file, as Keras writes; convert it with Transformers: from_pretrained(from_tf=True), then "
     "save_pretrained"},
    {"\x1f\x8b"sv, "compressed by gzip; run gunzip on it"},
    {"\x28\xb5\x2f\xfd"sv, "compressed by zstd; run zstd -d on it"},
    {"\xfd"
     "7zXZ"sv,
     "compressed by xz; run xz -d on it"},
    {"\x93NUMPY"sv, "a NumPy array, not a set of named tensors"},
    {"\x80\x02"sv, pickle_advice},
    {"\x80\x03"sv, pickle_advice},
    {"\x80\x04"sv, pickle_advice},
    {"\x80\x05"sv, pickle_advice},
};

/// An error page of a web server, which a download took for the file.
bool is_html(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return false;
  std::string start(text.substr(begin, 14));
  std::transform(start.begin(), start.end(), start.begin(), [](unsigned char c) { return std::tolower(c); });
  return start.starts_with("<!doctype html") || start.starts_with("<html") || start.starts_with("<?xml");
}

}  // namespace

std::optional<std::string> foreign_format(std::span<const std::byte> file) {
  const std::string_view begin(reinterpret_cast<const char*>(file.data()),
                               std::min<std::size_t>(file.size(), 64));
  for (const Magic& magic : magics) {
    if (begin.starts_with(magic.begin)) return std::string(magic.advice);
  }
  if (is_html(begin)) return "a web page, not the weights; download the file again";
  if (begin.starts_with('{'))
    return "a text that begins with '{', as JSON does; give the folder it is in, or the .safetensors file";
  return std::nullopt;
}

}  // namespace mha
