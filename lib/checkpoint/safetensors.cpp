#include "checkpoint/safetensors.h"

#include <algorithm>
#include <cassert>

#include "base/utf8.h"

namespace mha {

SafetensorsFile::SafetensorsFile(const std::string& path)
    : source_(utf8::printable(path)), file_(path), header_(file_.bytes(), source_) {}

std::vector<std::string_view> SafetensorsFile::names() const {
  std::vector<std::string_view> names;
  names.reserve(header_.tensors().size());
  for (const StoredTensor& tensor : header_.tensors()) names.push_back(tensor.name);
  std::ranges::sort(names);
  return names;
}

FoundTensor SafetensorsFile::find(std::string_view name) const {
  const StoredTensor* const tensor = header_.find(name);
  assert(tensor != nullptr);
  return {*tensor, file_.bytes().data() + header_.data_begin() + tensor->begin, source_};
}

void SafetensorsFile::let_go(std::string_view name) const {
  const FoundTensor found = find(name);
  file_.let_go({found.data, found.tensor.end - found.tensor.begin});
}

}  // namespace mha
