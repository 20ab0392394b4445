#include <fmt/ranges.h>

#include "report/formats.h"

namespace mha {

std::string tutorial_report(const Run& run) {
  std::string text;
  const auto block = [&](std::string_view label, std::string_view value) {
    text += fmt::format("{}:\n{}\n==================\n", label, value);
  };
  const auto size = [&](std::string_view name) {
    return fmt::format(
        "torch.Size([{}])",
        fmt::join(find_tensors(name, run.dimensions()).front().tensor->shape_of(run.dimensions()), ", "));
  };
  block("embed_dim的数量", value_text(run, "embed_dim"));
  block("num_heads的数量", value_text(run, "num_heads"));
  block("head_dim的数量", value_text(run, "head_dim"));
  // The tutorial's query is what enters the layer.
  block("query的size", size("embeddings"));
  block("x的size", size("x"));
  block("output的size", size("output"));
  return text;
}

}  // namespace mha
