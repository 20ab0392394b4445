#include "report/save.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/utf8.h"
#include "model/tensors.h"
#include "report/gzip.h"
#include "report/saved_tables.h"

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

/// The ending of a path that tells its format.
struct Ending {
  std::string extension;
  bool gzip = false;
};

Ending ending_of(const std::filesystem::path& path) {
  const std::string last = path.extension();
  if (last == gzip_extension) return {path.stem().extension(), true};
  return {last};
}

/// The table that is asked for, or null.
const SavedTable* table_of(const SaveRequest& request) {
  for (const std::string& name : request.names) {
    if (const SavedTable* table = find_table(name)) return table;
  }
  return nullptr;
}

template <class Takes>
std::string extensions(Takes takes) {
  std::vector<std::string_view> names;
  for (const FileFormat& format : file_formats) {
    if (takes(format)) names.push_back(format.extension);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

/// The format of an extension, of standard output and devices by what is asked for.
const FileFormat& find_format(const SaveRequest& request, std::size_t count) {
  auto [extension, gzip] = ending_of(request.path);
  if (request.to_stdout() || (extension.empty() && is_device(request.path))) {
    extension = table_of(request) != nullptr ? ".csv" : count == 1 ? ".npy" : ".safetensors";
  }
  for (const FileFormat& format : file_formats) {
    if (format.extension != extension) continue;
    if (!gzip || is_text(format.kind)) return format;
    fail(Status::usage, "--save {}: {} goes behind formats of text only: {}", utf8::printable(request.path),
         gzip_extension, extensions([](const FileFormat& f) { return is_text(f.kind); }));
  }
  fail(Status::usage, "--save {}: unknown extension '{}'; there are: {}", utf8::printable(request.path),
       utf8::printable(extension), extensions([](const FileFormat&) { return true; }));
}

/// What a table or a picture takes if no tensor is named.
constexpr std::string_view table_name = "weights";

/// One of saved_tables fills a file, of a format that takes it.
void check_saved_table(const SaveRequest& request, const FileFormat& format) {
  const std::string path = utf8::printable(request.path);
  const std::string_view name = table_of(request)->name;
  if (request.names.size() > 1) {
    fail(Status::usage, "--save {}: {} fills a file of its own; save the others to another", path, name);
  }
  if (format.write_table != nullptr) return;
  fail(Status::usage, "--save {}={}: {} is a table, which goes into: {}", name, path, name,
       extensions([](const FileFormat& f) { return f.write_table != nullptr; }));
}

bool holds_maps(const FileFormat& format) {
  return format.holds == Holds::maps || format.holds == Holds::shares;
}

bool holds_one_kind(const FileFormat& format) { return format.holds == Holds::table || holds_maps(format); }

/// A table has columns for the dimensions of one tensor, a picture one scale.
void check_one_kind(const SaveRequest& request, const FileFormat& format) {
  for (const std::string& name : request.names) {
    if (short_name(name) == short_name(request.names.front())) continue;
    fail(Status::usage, "--save {}: a {} {} for one kind of tensor, not for {} and {}; save each to a file",
         utf8::printable(request.path), format.extension,
         format.holds == Holds::table ? "has columns" : "is made", short_name(request.names.front()),
         short_name(name));
  }
}

/// True for tensors [..., T, S] that the format can show.
bool can_show(const FileFormat& format, const TensorName& tensor) {
  return tensor.shape.ends_with(" T, S]") && (format.holds == Holds::maps || tensor.name != "scores");
}

void check_maps(const SaveRequest& request, const FileFormat& format) {
  std::vector<std::string_view> shown;
  for (const auto* table : {&activation_names(), &summary_names()}) {
    for (const TensorName& tensor : *table) {
      if (can_show(format, tensor)) shown.push_back(tensor.name);
    }
  }
  for (const std::string& name : request.names) {
    if (std::find(shown.begin(), shown.end(), short_name(name)) != shown.end()) continue;
    fail(Status::usage, "--save {}={}: a {} shows attention, not {}; there are: {}", name,
         utf8::printable(request.path), format.extension, short_name(name), fmt::join(shown, ", "));
  }
}

bool is_gzipped(const SaveRequest& request) { return !request.to_stdout() && ending_of(request.path).gzip; }

/// What the file will be by how it begins.
FileKind kind_of(const SaveRequest& request) {
  return is_gzipped(request) ? FileKind::gzip : format_of(request).kind;
}

void write_one(const SaveRequest& request, const Run& run, Sink& sink) {
  if (const SavedTable* table = table_of(request)) {
    return format_of(request, 1).write_table(table->of(run), sink);
  }
  std::vector<NamedArray> arrays;
  for (const TensorKey& key : tensors_of(request, run.dimensions())) arrays.push_back(array_of(key, run));
  format_of(request, arrays.size()).write({arrays, run}, sink);
}

}  // namespace

void check_replaced(const SaveRequest& request) {
  if (request.to_stdout()) return;
  const std::optional<FileKind> kind = kind_of_file(request.path);
  if (!kind) return;
  const FileKind wanted = kind_of(request);
  if (is_same(*kind, wanted)) return;
  fail(Status::usage,
       "--save {}: there is such a file, which is {}, not {}; delete it, save to another name, or give "
       "--overwrite",
       utf8::printable(request.path), to_text(*kind), to_text(wanted));
}

void check_terminal(const SaveRequest& request) {
  if (is_text(kind_of(request)) || !is_terminal(request.path)) return;
  fail(Status::usage, "--save {}: binary data is not written to a terminal; redirect it, or give a file name",
       utf8::printable(request.path));
}

void check_save(const SaveRequest& request, const RunKind& kind) {
  std::vector<std::string_view> tables;
  for (const SavedTable& table : saved_tables) tables.push_back(table.name);
  for (const std::string& name : request.names) {
    if (std::count(request.names.begin(), request.names.end(), name) > 1) {
      fail(Status::usage, "--save {}: {} is named twice; name each once", utf8::printable(request.path),
           utf8::printable(name));
    }
    if (find_table(name) == nullptr) check_tensor_name(name, kind, tables);
  }
  const FileFormat& format = format_of(request);
  if (table_of(request) != nullptr) return check_saved_table(request, format);
  if (holds_maps(format)) check_maps(request, format);
  if (holds_one_kind(format)) check_one_kind(request, format);
}

std::vector<TensorKey> tensors_of(const SaveRequest& request, const Dimensions& dimensions) {
  if (request.names.empty()) {
    const bool one_kind = holds_one_kind(format_of(request, 2));
    return one_kind ? find_tensors(table_name, dimensions) : tensors_of(dimensions);
  }
  if (table_of(request) != nullptr) return find_tensors(table_name, dimensions);
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
  const FileFormat& format = find_format(request, count);
  if (format.holds != Holds::one || count == 1 || table_of(request) != nullptr) return format;
  const std::string path = utf8::printable(request.path);
  if (request.names.size() == 1) {
    fail(Status::usage,
         "--save {}={}: {} holds one tensor, but there are {} of that name; choose one layer, "
         "or save to .safetensors",
         request.names.front(), path, format.extension, count);
  }
  fail(Status::usage,
       "--save {}: {} holds one tensor; name it as in --save output={}, or save to .safetensors", path,
       format.extension, path);
}

bool can_be_compressed(const SaveRequest& request) { return format_of(request).compresses; }

Saves::Saves(std::vector<SaveRequest> requests) : requests_(std::move(requests)) {
  files_.reserve(requests_.size());
  for (const SaveRequest& request : requests_) files_.emplace_back(request.path);
}

void Saves::write(const Run& run) {
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    if (!is_gzipped(requests_[i])) {
      write_one(requests_[i], run, files_[i]);
      continue;
    }
    GzipSink gzip(files_[i]);
    write_one(requests_[i], run, gzip);
    gzip.finish();
  }
  for (OutputFile& file : files_) file.commit();
}

}  // namespace mha
