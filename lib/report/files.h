// The formats that tensors are saved in: the catalogue of --save.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/file_kind.h"
#include "base/sink.h"
#include "base/tensor.h"
#include "model/tensors.h"
#include "report/report.h"
#include "report/table.h"

namespace mha {

/// A tensor to be written under its full name; its numbers are borrowed, row-major.
struct NamedArray {
  TensorKey key;
  Shape shape;
  std::variant<std::span<const float>, std::span<const double>> values;

  const std::string& name() const { return key.key; }
};

/// What one file is made of: some tensors of a run.
struct FileContent {
  std::span<const NamedArray> arrays;  ///< at least one
  const Run& run;
};

/// A tensor of a run, as it is kept.
NamedArray array_of(const TensorKey& key, const Tensor& tensor);

void write_npy(const FileContent& content, Sink& sink);
void write_npz(const FileContent& content, Sink& sink);
void write_safetensors(const FileContent& content, Sink& sink);
void write_csv(const FileContent& content, Sink& sink);
void write_tsv(const FileContent& content, Sink& sink);
void write_json(const FileContent& content, Sink& sink);
void write_jsonl(const FileContent& content, Sink& sink);
void write_svg(const FileContent& content, Sink& sink);
void write_png(const FileContent& content, Sink& sink);
void write_html(const FileContent& content, Sink& sink);

/// Throws Error(limit) for more numbers than such a picture or page holds.
void check_svg(std::span<const TensorKey> keys, const Dimensions& dimensions);
void check_png(std::span<const TensorKey> keys, const Dimensions& dimensions);
void check_html(std::span<const TensorKey> keys, const Dimensions& dimensions);

void write_csv_table(const Table& table, Sink& sink);
void write_tsv_table(const Table& table, Sink& sink);
void write_json_table(const Table& table, Sink& sink);
void write_jsonl_table(const Table& table, Sink& sink);

/// What a file can take.
enum class Holds {
  one,    ///< one tensor
  any,    ///< any number of tensors; all if none is named
  table,  ///< tensors of one short name, of any number of layers; weights if none is named
  maps,   ///< maps of queries and keys of one short name, of any number of layers; weights if none is named
  shares  ///< the same, of shares of attention, which begin at 0: no scores
};

struct FileFormat {
  std::string_view extension;
  std::string_view summary;
  Holds holds;
  FileKind kind;  ///< what such a file is by how it begins
  void (*write)(const FileContent&, Sink&);
  bool compresses = false;                             ///< --compress makes it smaller
  void (*write_table)(const Table&, Sink&) = nullptr;  ///< of a format that takes saved_tables
  /// Throws Error for tensors that it cannot take, before they are made; null where it takes all.
  void (*check)(std::span<const TensorKey>, const Dimensions&) = nullptr;
};

inline constexpr FileFormat file_formats[] = {
    {".npy", "one tensor, for numpy.load", Holds::one, FileKind::numpy, write_npy},
    {".npz", "tensors by name, for numpy.load; --compress deflates them", Holds::any, FileKind::zip,
     write_npz, true},
    {".safetensors", "tensors by name, for safetensors.numpy.load_file", Holds::any, FileKind::safetensors,
     write_safetensors},
    {".csv", "a line a number, with the tokens of query and key, for pandas.read_csv", Holds::table,
     FileKind::text, write_csv, false, write_csv_table},
    {".tsv", "the same with tabs", Holds::table, FileKind::text, write_tsv, false, write_tsv_table},
    {".json", "the document of --format json, and tensors as nested lists", Holds::any, FileKind::json,
     write_json, false, write_json_table},
    {".jsonl", "a line a sequence, of maps a line a head", Holds::any, FileKind::json, write_jsonl, false,
     write_jsonl_table},
    {".svg", "a picture of attention, for papers and pages", Holds::shares, FileKind::svg, write_svg, false,
     nullptr, check_svg},
    {".png", "the same in pixels", Holds::shares, FileKind::png, write_png, false, nullptr, check_png},
    {".html", "a page that shows attention maps in any browser", Holds::maps, FileKind::html, write_html,
     false, nullptr, check_html},
};

/// What may stand behind the extension of a format whose kind is a text.
inline constexpr std::string_view gzip_extension = ".gz";

/// The bytes of an array as they are written: little-endian, as every machine this builds for keeps them.
std::span<const std::byte> bytes_of(const NamedArray& array);

}  // namespace mha
