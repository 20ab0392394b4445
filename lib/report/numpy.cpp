#include <string>

#include "report/files.h"
#include "report/npy_header.h"
#include "report/zip_writer.h"

namespace mha {
namespace {

std::string header_of(const NamedArray& array) {
  const bool wide = std::holds_alternative<std::span<const double>>(array.values);
  return npy_header({wide ? "<f8" : "<f4", false, array.shape});
}

}  // namespace

void write_npy(const FileContent& content, Sink& sink) {
  const NamedArray& array = content.arrays.front();
  const auto bytes = bytes_of(array);
  sink.write(header_of(array));
  sink.write(bytes.data(), bytes.size());
}

void write_npz(const FileContent& content, Sink& sink) {
  ZipWriter zip(sink, content.run.presentation.compress ? ZipMethod::deflated : ZipMethod::stored);
  for (const NamedArray& array : content.arrays) {
    const std::string header = header_of(array);
    const std::span<const std::byte> parts[] = {std::as_bytes(std::span(header)), bytes_of(array)};
    zip.add(array.name() + ".npy", parts);
  }
  zip.finish();
}

}  // namespace mha
