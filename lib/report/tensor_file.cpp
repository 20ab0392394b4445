#include "report/tensor_file.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/mapped_file.h"
#include "base/utf8.h"
#include "checkpoint/safetensors.h"
#include "report/npy.h"
#include "report/npy_header.h"
#include "report/zip_reader.h"

namespace mha {

namespace {

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

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

/// The numbers of a .npy behind its header, or nothing where they are not such floats. The length is checked.
std::optional<FileTensor> in_place(std::span<const std::byte> bytes, const std::string& source) {
  const auto [header, begin] = read_npy_header(text_of(bytes), source);
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

/// Arrays of .npy files, and what they lie in.
struct Arrays {
  explicit Arrays(const std::string& path) : file(path) {}

  void add(std::span<const std::byte> npy, const std::string& source, const std::string& name) {
    auto tensor = in_place(npy, source);
    if (!tensor) tensor = tensor_of(converted.emplace_back(parse_npy(text_of(npy), source)));
    tensor->name = name;
    tensors.push_back(*std::move(tensor));
  }

  MappedFile file;
  std::vector<Buffer<std::byte>> inflated;
  std::deque<Tensor> converted;
  std::vector<FileTensor> tensors;
};

std::shared_ptr<const Arrays> read_npy_array(const std::string& path) {
  auto arrays = std::make_shared<Arrays>(path);
  arrays->add(arrays->file.bytes(), utf8::printable(path), {});
  return arrays;
}

/// A member's name without ".npy", as numpy.load calls its array.
std::string array_name(const std::string& member) {
  constexpr std::string_view ending = ".npy";
  return member.ends_with(ending) ? member.substr(0, member.size() - ending.size()) : member;
}

/// Sorts by name. Throws Error(data) where two have the same.
void sort_by_name(std::vector<FileTensor>& tensors, const std::string& source) {
  const auto before = [](const FileTensor& a, const FileTensor& b) { return a.name < b.name; };
  std::sort(tensors.begin(), tensors.end(), before);
  const auto same = [](const FileTensor& a, const FileTensor& b) { return a.name == b.name; };
  const auto twice = std::adjacent_find(tensors.begin(), tensors.end(), same);
  if (twice == tensors.end()) return;
  fail(Status::data, "{}: holds two arrays of the name {}; save each under its own", source,
       utf8::printable(twice->name));
}

std::shared_ptr<const Arrays> read_npz_arrays(const std::string& path) {
  auto arrays = std::make_shared<Arrays>(path);
  const std::string source = utf8::printable(path);
  ZipMembers zip = unzip(arrays->file.bytes(), source);
  arrays->inflated = std::move(zip.inflated);
  for (const ZipMember& member : zip.members) {
    arrays->add(member.bytes, source + ": " + utf8::printable(member.name), array_name(member.name));
  }
  sort_by_name(arrays->tensors, source);
  return arrays;
}

}  // namespace

TensorFile::TensorFile(const std::string& path) {
  const std::string extension = std::filesystem::path(path).extension();
  if (extension == ".safetensors") {
    const auto file = std::make_shared<const SafetensorsFile>(path);
    tensors_ = tensors_of(*file);
    bytes_ = file;
  } else if (extension == ".npy" || extension == ".npz") {
    const auto arrays = extension == ".npy" ? read_npy_array(path) : read_npz_arrays(path);
    tensors_ = arrays->tensors;
    bytes_ = arrays;
  } else {
    fail(Status::usage, "{}: tensors are read from .npy, .npz and .safetensors files, not from '{}'",
         utf8::printable(path), utf8::printable(extension));
  }
}

}  // namespace mha
