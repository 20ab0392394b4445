#include "checkpoint/weight_files.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/folder.h"
#include "base/utf8.h"

namespace mha {
namespace {

namespace fs = std::filesystem;

/// Formats that are not read, by the endings of their files.
struct OtherFormat {
  std::string_view ending, advice;
};

constexpr std::string_view convert =
    "convert it with Transformers: AutoModel.from_pretrained(FOLDER), then save_pretrained(OTHER_FOLDER)";

constexpr OtherFormat other_formats[] = {
    {"pytorch_model.bin", convert},
    {"pytorch_model.bin.index.json", convert},
    {".gguf", "take the repository that it was made from, which has safetensors files"},
    {".h5",
     "convert it with Transformers: AutoModel.from_pretrained(FOLDER, from_tf=True), then save_pretrained"},
    {".msgpack",
     "convert it with Transformers: AutoModel.from_pretrained(FOLDER, from_flax=True), then save_pretrained"},
    {".bin", convert},
    {".pt", convert},
    {".pth", convert},
    {".ckpt", convert},
    {".onnx", "take the repository's safetensors file instead"},
};

/// Names of the files in a folder, sorted; a link that leads nowhere is none.
std::vector<std::string> file_names(const std::string& folder) {
  std::vector<std::string> names = list_folder(folder);
  std::erase_if(names, [&](const std::string& name) { return !is_file(fs::path(folder) / name); });
  return names;
}

void refuse_other_formats(const std::vector<std::string>& names, const std::string& folder) {
  for (const OtherFormat& format : other_formats) {
    for (const std::string& name : names) {
      if (!name.ends_with(format.ending)) continue;
      fail(Status::data, "{}: weights are read from safetensors files, and this is none; {}",
           utf8::printable((fs::path(folder) / name).string()), format.advice);
    }
  }
}

}  // namespace

std::optional<std::string> find_weights(const std::string& folder) {
  const std::vector<std::string> names = file_names(folder);
  for (const std::string name : {"model.safetensors", "model.safetensors.index.json"}) {
    if (std::ranges::binary_search(names, name)) return fs::path(folder) / name;
  }
  std::vector<std::string> candidates;
  for (const std::string& name : names) {
    if (name.ends_with(".safetensors")) candidates.push_back(name);
  }
  if (candidates.size() == 1) return fs::path(folder) / candidates.front();
  if (candidates.empty()) {
    refuse_other_formats(names, folder);
    return std::nullopt;
  }
  for (std::string& name : candidates) name = utf8::printable(name);
  fail(Status::usage,
       "{}: several safetensors files and no index: {}; name one of them instead of the folder",
       utf8::printable(folder), fmt::join(candidates, ", "));
}

}  // namespace mha
