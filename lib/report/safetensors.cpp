#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/json.h"
#include "report/files.h"

namespace mha {

// The layout of huggingface/safetensors (README, "Format"): length of the header, the header as JSON, the
// data without holes. Larger types first and then by name, as its own serializer orders them, so that all
// data is aligned.
void write_safetensors(const FileContent& content, Sink& sink) {
  std::vector<const NamedArray*> order;
  for (const NamedArray& array : content.arrays) order.push_back(&array);
  const auto is_double = [](const NamedArray* a) { return a->values.index() == 1; };
  std::sort(order.begin(), order.end(), [&](const NamedArray* a, const NamedArray* b) {
    return is_double(a) != is_double(b) ? is_double(a) : a->name() < b->name();
  });

  std::string header = R"({"__metadata__":{"format":"pt"})";
  std::size_t offset = 0;
  for (const NamedArray* array : order) {
    const std::size_t end = offset + bytes_of(*array).size();
    header +=
        fmt::format(R"(,{}:{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})", json_quote(array->name()),
                    is_double(array) ? "F64" : "F32", fmt::join(array->shape, ","), offset, end);
    offset = end;
  }
  header += '}';
  header.append((8 - header.size() % 8) % 8, ' ');

  const std::uint64_t size = header.size();
  sink.write(&size, sizeof(size));
  sink.write(header);
  for (const NamedArray* array : order) {
    const auto bytes = bytes_of(*array);
    sink.write(bytes.data(), bytes.size());
  }
}

}  // namespace mha
