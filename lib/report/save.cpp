#include "report/save.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/error.h"
#include "base/utf8.h"
#include "model/tensors.h"

namespace mha {
namespace {

NamedArray array_of(const TensorKey& key, const Model& model, const Trace& trace) {
  const auto found = trace.tensors.find(key.key);
  if (found != trace.tensors.end()) {
    const Tensor& tensor = found->second;
    NamedArray array{key.key, tensor.shape, {}};
    std::visit([&](const auto& values) { array.values = values.span(); }, tensor.values);
    return array;
  }
  const TensorView view = model.weights->get(key.key, key.tensor->shape_of(trace.dimensions));
  return {key.key, view.shape, view.floats()};
}

/// Devices, pipes and the like, whose names tell no format.
bool is_device(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_other(path, error);
}

}  // namespace

void check_save(const SaveRequest& request, const RunKind& kind) {
  for (const std::string& name : request.names) {
    check_tensor_name(name, kind);
    if (std::count(request.names.begin(), request.names.end(), name) > 1) {
      fail(Status::usage, "--save {}: tensor {} is named twice; name each once",
           utf8::printable(request.path), name);
    }
  }
  format_of(request, request.names.size() == 1 ? 1 : 2);
}

std::vector<TensorKey> tensors_of(const SaveRequest& request, const Dimensions& dimensions) {
  if (request.names.empty()) return tensors_of(dimensions);
  std::vector<TensorKey> keys;
  for (const std::string& name : request.names) {
    for (TensorKey& key : find_tensors(name, dimensions)) {
      const auto is_same = [&](const TensorKey& other) { return other.key == key.key; };
      if (std::none_of(keys.begin(), keys.end(), is_same)) keys.push_back(std::move(key));
    }
  }
  return keys;
}

const FileFormat& format_of(const SaveRequest& request, std::size_t count) {
  std::string extension = std::filesystem::path(request.path).extension().string();
  if (request.to_stdout() || (extension.empty() && is_device(request.path))) {
    extension = count == 1 ? ".npy" : ".safetensors";
  }
  std::vector<std::string_view> known;
  for (const FileFormat& format : file_formats) {
    known.push_back(format.extension);
    if (format.extension != extension) continue;
    if (!format.holds_many && count != 1) {
      const std::string path = utf8::printable(request.path);
      if (request.names.size() == 1) {
        fail(Status::usage,
             "--save {}={}: {} holds one tensor, but there are {} of that name; choose one layer, "
             "or save to .safetensors",
             request.names.front(), path, extension, count);
      }
      fail(Status::usage,
           "--save {}: {} holds one tensor; name it as in --save output={}, or save to .safetensors", path,
           extension, path);
    }
    return format;
  }
  fail(Status::usage, "--save {}: unknown extension '{}'; there are: {}", utf8::printable(request.path),
       utf8::printable(extension), fmt::join(known, ", "));
}

Saves::Saves(std::vector<SaveRequest> requests) : requests_(std::move(requests)) {
  files_.reserve(requests_.size());
  for (const SaveRequest& request : requests_) files_.emplace_back(request.path);
}

void Saves::write(const Model& model, const Trace& trace) {
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    std::vector<NamedArray> arrays;
    for (const TensorKey& key : tensors_of(requests_[i], trace.dimensions)) {
      arrays.push_back(array_of(key, model, trace));
    }
    format_of(requests_[i], arrays.size()).write(arrays, files_[i]);
  }
  for (OutputFile& file : files_) file.commit();
}

}  // namespace mha
