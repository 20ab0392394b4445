#include "report/tensor_file.h"

#include <filesystem>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/mapped_file.h"
#include "base/utf8.h"
#include "checkpoint/safetensors.h"
#include "report/npy.h"
#include "report/npy_header.h"

namespace mha {

namespace {

/// Types whose numbers can be looked at where they lie.
std::optional<ElementType> element_of(const NpyHeader& header) {
  if (header.fortran_order) return std::nullopt;
  if (header.type == "<f4") return ElementType::float32;
  if (header.type == "<f8") return ElementType::float64;
  if (header.type == "<f2") return ElementType::float16;
  return std::nullopt;
}

std::vector<FileTensor> tensors_of(const SafetensorsFile& file) {
  std::vector<FileTensor> tensors;
  for (const std::string_view name : file.names()) {
    const FoundTensor found = file.find(name);
    const StoredTensor& stored = found.tensor;
    tensors.push_back({.name = std::string(name),
                       .type = std::string(stored.type->name),
                       .shape = stored.shape,
                       .element = stored.type->element,
                       .bytes = {found.data, stored.end - stored.begin}});
  }
  return tensors;
}

/// The numbers behind the header, or nothing where they are not such floats. The length of the file is
/// checked.
std::optional<FileTensor> in_place(const MappedFile& file, const std::string& path) {
  const std::string source = utf8::printable(path);
  const auto bytes = file.bytes();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto [header, begin] = read_npy_header(text, source);
  const std::optional<ElementType> element = element_of(header);
  if (!element) return std::nullopt;
  check_npy_length(header, bytes_of(*element), bytes.size() - begin, source);
  return FileTensor{.name = {},
                    .type = header.type,
                    .shape = header.shape,
                    .element = element,
                    .bytes = bytes.subspan(begin)};
}

FileTensor tensor_of(const Tensor& converted) {
  return {.name = {},
          .type = "float64",
          .shape = converted.shape,
          .element = ElementType::float64,
          .bytes = std::as_bytes(converted.as<double>())};
}

}  // namespace

TensorFile::TensorFile(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension();
  if (extension == ".safetensors") {
    const auto file = std::make_shared<const SafetensorsFile>(path);
    tensors_ = tensors_of(*file);
    bytes_ = file;
  } else if (extension == ".npy") {
    const auto file = std::make_shared<const MappedFile>(path);
    if (auto tensor = in_place(*file, path)) {
      tensors_.push_back(*std::move(tensor));
      bytes_ = file;
    } else {
      const auto converted = std::make_shared<const Tensor>(read_npy(path));
      tensors_.push_back(tensor_of(*converted));
      bytes_ = converted;
    }
  } else {
    fail(Status::usage, "{}: tensors are read from .npy and .safetensors files, not from '{}'",
         utf8::printable(path), utf8::printable(extension));
  }
}

}  // namespace mha
