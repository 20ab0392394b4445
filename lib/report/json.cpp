#include "base/json.h"

#include <fmt/ranges.h>

#include "report/formats.h"
#include "report/sequence_json.h"

namespace mha {
namespace {

/// Raised when a key changes its meaning or goes; new keys may come without.
constexpr int schema = 1;

std::string mask_json(const ForwardOptions& options) {
  const MaskRequest& mask = options.mask;
  return fmt::format(
      R"({{"convention": "1 = attend", "causal": {}, "window": {}, "query_mask": {}, "key_mask": {}, "mask": {}, "masked_rows": "{}"}})",
      mask.causal, mask.window ? fmt::format("{}", *mask.window) : "null", !mask.query_masks.empty(),
      !mask.key_masks.empty(), mask.general ? json_quote(mask.general->source) : "null",
      to_text(options.masked_rows));
}

std::string sequence_json(const Sequence& sequence, const Tokenizer* tokenizer) {
  return fmt::format(R"("text":{},{})", sequence.text ? json_quote(sequence.text->bytes) : "null",
                     token_members_json(sequence, tokenizer));
}

std::string sequences_json(const Run& run) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < run.inputs.sequences.size(); ++i) {
    std::string members = sequence_json(run.inputs.sequences[i], run.tokenizer);
    if (run.inputs.cross_attention()) {
      members += fmt::format(R"(,"context":{{{}}})", sequence_json(run.inputs.contexts[i], run.tokenizer));
    }
    lines.push_back(fmt::format("    {{{}}}", members));
  }
  return fmt::format("[\n{}\n  ]", fmt::join(lines, ",\n"));
}

std::string shapes_json(const Run& run) {
  std::vector<std::string> lines;
  for (const auto& [name, shape] : activation_shapes(run.dimensions)) {
    lines.push_back(fmt::format("    \"{}\": [{}]", name, fmt::join(shape, ", ")));
  }
  return fmt::format("{{\n{}\n  }}", fmt::join(lines, ",\n"));
}

}  // namespace

std::string json_report(const Run& run) {
  std::string text = fmt::format("{{\n  \"schema\": {},\n", schema);
  for (const DimensionName& dimension : dimension_names()) {
    const std::string value = dimension.text(run);
    text +=
        fmt::format("  \"{}\": {},\n", dimension.name, dimension.name == "dtype" ? json_quote(value) : value);
  }
  text += fmt::format("  \"mask\": {},\n", mask_json(run.options));
  text += fmt::format("  \"sequences\": {},\n", sequences_json(run));
  text += fmt::format("  \"shapes\": {}\n}}\n", shapes_json(run));
  return text;
}

}  // namespace mha
