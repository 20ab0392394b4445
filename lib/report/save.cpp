#include "report/save.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/utf8.h"
#include "model/tensors.h"

namespace mha {
namespace {

NamedArray array_of(const TensorKey& key, const Run& run) {
  const auto found = run.trace.tensors.find(key.key);
  if (found != run.trace.tensors.end()) return array_of(key, found->second);
  const TensorView view = run.model.weights->get(key.key, key.tensor->shape_of(run.dimensions()));
  return {key, view.shape, view.floats()};
}

/// Devices, pipes and the like, whose names tell no format.
bool is_device(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_other(path, error);
}

/// The format, as far as it does not depend on the sizes of the run.
const FileFormat& format_of(const SaveRequest& request) {
  return format_of(request, request.names.size() == 1 ? 1 : 2);
}

/// JSON is a text too: what has been edited by hand may begin with any word.
bool is_same(FileKind a, FileKind b) {
  const auto plain = [](FileKind kind) { return kind == FileKind::json ? FileKind::text : kind; };
  return plain(a) == plain(b);
}

/// What a table takes if no tensor is named.
constexpr std::string_view table_name = "weights";

/// A table has columns for the dimensions of one tensor.
void check_table(const SaveRequest& request, const FileFormat& format) {
  for (const std::string& name : request.names) {
    if (short_name(name) == short_name(request.names.front())) continue;
    fail(Status::usage,
         "--save {}: a {} has columns for one kind of tensor, not for {} and {}; save each to a file",
         utf8::printable(request.path), format.extension, short_name(request.names.front()),
         short_name(name));
  }
}

}  // namespace

void check_replaced(const SaveRequest& request) {
  if (request.to_stdout()) return;
  const std::optional<FileKind> kind = kind_of_file(request.path);
  if (!kind) return;
  const FileKind wanted = format_of(request).kind;
  if (is_same(*kind, wanted)) return;
  fail(Status::usage,
       "--save {}: there is such a file, which is {}, not {}; delete it, save to another name, or give "
       "--overwrite",
       utf8::printable(request.path), to_text(*kind), to_text(wanted));
}

void check_terminal(const SaveRequest& request) {
  if (is_text(format_of(request).kind) || !is_terminal(request.path)) return;
  fail(Status::usage, "--save {}: binary data is not written to a terminal; redirect it, or give a file name",
       utf8::printable(request.path));
}

void check_save(const SaveRequest& request, const RunKind& kind) {
  for (const std::string& name : request.names) {
    check_tensor_name(name, kind);
    if (std::count(request.names.begin(), request.names.end(), name) > 1) {
      fail(Status::usage, "--save {}: tensor {} is named twice; name each once",
           utf8::printable(request.path), name);
    }
  }
  const FileFormat& format = format_of(request);
  if (format.holds == Holds::table) check_table(request, format);
}

std::vector<TensorKey> tensors_of(const SaveRequest& request, const Dimensions& dimensions) {
  if (request.names.empty()) {
    const bool table = format_of(request, 2).holds == Holds::table;
    return table ? find_tensors(table_name, dimensions) : tensors_of(dimensions);
  }
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
    if (format.holds == Holds::one && count != 1) {
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

bool can_be_compressed(const SaveRequest& request) {
  return format_of(request, request.names.size() == 1 ? 1 : 2).compresses;
}

Saves::Saves(std::vector<SaveRequest> requests) : requests_(std::move(requests)) {
  files_.reserve(requests_.size());
  for (const SaveRequest& request : requests_) files_.emplace_back(request.path);
}

void Saves::write(const Run& run) {
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    std::vector<NamedArray> arrays;
    for (const TensorKey& key : tensors_of(requests_[i], run.dimensions())) {
      arrays.push_back(array_of(key, run));
    }
    format_of(requests_[i], arrays.size()).write({arrays, run}, files_[i]);
  }
  for (OutputFile& file : files_) file.commit();
}

}  // namespace mha
