#include "report/save.h"

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/utf8.h"
#include "model/tensors.h"

namespace mha {
namespace {

NamedArray array_of(const std::string& name, const Model& model, const Trace& trace) {
  const auto found = trace.tensors.find(name);
  if (found != trace.tensors.end()) {
    const Tensor& tensor = found->second;
    NamedArray array{name, tensor.shape, {}};
    std::visit([&](const auto& values) { array.values = values.span(); }, tensor.values);
    return array;
  }
  const TensorView view = model.weights->get(
      name, find_tensor(name, trace.dimensions.cross_attention).shape_of(trace.dimensions));
  return {name, view.shape, view.floats()};
}

/// Devices, pipes and the like, whose names tell no format.
bool is_device(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_other(path, error);
}

}  // namespace

std::vector<std::string> names_of(const SaveRequest& request, bool cross_attention) {
  if (!request.names.empty()) {
    for (const std::string& name : request.names) {
      find_tensor(name, cross_attention);
      if (std::count(request.names.begin(), request.names.end(), name) > 1) {
        fail(Status::usage, "--save {}: tensor {} is named twice; name each once",
             utf8::printable(request.path), name);
      }
    }
    return request.names;
  }
  std::vector<std::string> names;
  for (const TensorName* tensor : tensors_of(cross_attention)) names.emplace_back(tensor->name);
  return names;
}

const FileFormat& format_of(const SaveRequest& request) {
  const bool one = request.names.size() == 1;
  std::string extension = std::filesystem::path(request.path).extension().string();
  if (request.to_stdout() || (extension.empty() && is_device(request.path))) {
    extension = one ? ".npy" : ".safetensors";
  }
  std::vector<std::string_view> known;
  for (const FileFormat& format : file_formats) {
    known.push_back(format.extension);
    if (format.extension != extension) continue;
    if (!format.holds_many && !one) {
      fail(Status::usage,
           "--save {}: {} holds one tensor; name it as in --save output={}, or save to .safetensors",
           utf8::printable(request.path), extension, utf8::printable(request.path));
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
    for (const std::string& name : names_of(requests_[i], trace.dimensions.cross_attention)) {
      arrays.push_back(array_of(name, model, trace));
    }
    format_of(requests_[i]).write(arrays, files_[i]);
  }
  for (OutputFile& file : files_) file.commit();
}

}  // namespace mha
