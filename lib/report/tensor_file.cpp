#include "report/tensor_file.h"

#include <filesystem>
#include <utility>
#include <variant>

#include "base/error.h"
#include "base/mapped_file.h"
#include "base/utf8.h"
#include "checkpoint/safetensors.h"
#include "report/npy.h"
#include "report/npy_header.h"

namespace mha {

struct TensorFile::Holder {
  std::variant<std::monostate, SafetensorsFile, MappedFile, Tensor> source;
};

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
    FileTensor tensor{.name = std::string(name),
                      .type = std::string(stored.type->name),
                      .view = {stored.shape, stored.type->element.value_or(ElementType::float32), found.data},
                      .is_numbers = stored.type->element.has_value()};
    if (!tensor.is_numbers) tensor.bytes = {found.data, stored.end - stored.begin};
    tensors.push_back(std::move(tensor));
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
  return FileTensor{.name = {}, .type = header.type, .view = {header.shape, *element, bytes.data() + begin}};
}

TensorView view_of(const Tensor& tensor) {
  return {tensor.shape, ElementType::float64, std::as_bytes(tensor.as<double>()).data()};
}

}  // namespace

TensorFile::TensorFile(const std::string& path) : holder_(std::make_unique<Holder>()) {
  const std::string extension = std::filesystem::path(path).extension();
  if (extension == ".safetensors") {
    tensors_ = tensors_of(holder_->source.emplace<SafetensorsFile>(path));
  } else if (extension == ".npy") {
    if (auto tensor = in_place(holder_->source.emplace<MappedFile>(path), path)) {
      tensors_.push_back(*std::move(tensor));
    } else {
      const Tensor& converted = holder_->source.emplace<Tensor>(read_npy(path));
      tensors_.push_back({.name = {}, .type = "float64", .view = view_of(converted)});
    }
  } else {
    fail(Status::usage, "{}: tensors are read from .npy and .safetensors files, not from '{}'",
         utf8::printable(path), utf8::printable(extension));
  }
}

TensorFile::TensorFile(TensorFile&&) noexcept = default;
TensorFile::~TensorFile() = default;

}  // namespace mha
