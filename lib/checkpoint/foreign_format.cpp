#include "checkpoint/foreign_format.h"

#include <algorithm>
#include <string_view>

#include "base/file_kind.h"

namespace mha {
namespace {

struct Advice {
  FileKind kind;
  std::string_view text;
};

constexpr std::string_view web_page = "a web page, not the weights; download the file again";

constexpr Advice advices[] = {
    {FileKind::git_lfs, "a Git LFS pointer, not the weights; run: git lfs pull"},
    {FileKind::zip,
     "a zip archive, as torch.save writes; convert it with Transformers: from_pretrained, then "
     "save_pretrained"},
    {FileKind::gguf, "a GGUF file; take the repository's safetensors files instead"},
    {FileKind::hdf5,
     "an HDF5 file, as Keras writes; convert it with Transformers: from_pretrained(from_tf=True), then "
     "save_pretrained"},
    {FileKind::gzip, "compressed by gzip; run gunzip on it"},
    {FileKind::zstd, "compressed by zstd; run zstd -d on it"},
    {FileKind::xz, "compressed by xz; run xz -d on it"},
    {FileKind::numpy, "a NumPy array, not a set of named tensors"},
    {FileKind::pickle,
     "a pickle, which can run code when it is loaded; convert it where you trust it: torch.load, then "
     "safetensors.torch.save_file"},
    // An error page of a web server, which a download took for the file.
    {FileKind::html, web_page},
    {FileKind::svg, web_page},
    {FileKind::xml, web_page},
};

}  // namespace

std::optional<std::string> foreign_format(std::span<const std::byte> file) {
  const std::string_view begin(reinterpret_cast<const char*>(file.data()),
                               std::min(file.size(), file_kind_bytes));
  const FileKind kind = file_kind(begin);
  for (const Advice& advice : advices) {
    if (advice.kind == kind) return std::string(advice.text);
  }
  if (begin.starts_with('{'))
    return "a text that begins with '{', as JSON does; give the folder it is in, or the .safetensors file";
  return std::nullopt;
}

}  // namespace mha
