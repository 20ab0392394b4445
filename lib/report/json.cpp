#include "base/json.h"
#include "base/json_optional.h"

#include <fmt/ranges.h>

#include "report/formats.h"
#include "report/run_json.h"
#include "report/saved_tables.h"
#include "report/sequence_json.h"

namespace mha {
namespace {

/// Raised when a key changes its meaning or goes; new keys may come without.
constexpr int schema = 1;

/// With the windows of the layers looked at, which a model may have different.
std::string mask_json(const Run& run) {
  const MaskRequest& mask = run.options.mask;
  std::vector<std::string> windows;
  for (const auto& window : windows_of(run)) windows.push_back(json_or_null(window));
  return fmt::format(
      R"({{"convention": "1 = attend", "causal": {}, "window": {}, "windows": [{}], "query_mask": {}, "key_mask": {}, "mask": {}, "masked_rows": "{}"}})",
      mask.causal, json_or_null(mask.window), fmt::join(windows, ", "), !mask.query_masks.empty(),
      !mask.key_masks.empty(), mask.general ? json_quote(mask.general->source) : "null",
      to_text(run.options.masked_rows));
}

std::string sequence_json(const Sequence& sequence, const Tokenizer* tokenizer) {
  const std::string pair =
      sequence.pair ? fmt::format(R"("pair":{},)", json_quote(sequence.pair->bytes)) : std::string();
  return fmt::format(R"("text":{},{}{})", sequence.text ? json_quote(sequence.text->bytes) : "null", pair,
                     token_members_json(sequence, tokenizer));
}

/// The files of numbers that were given in place of text.
std::string inputs_json(const Given& given) {
  std::vector<std::string> members;
  for (const auto& [name, file] : sources_of(given)) {
    members.push_back(fmt::format("\"{}\": {}", name, json_quote(file)));
  }
  return members.empty() ? "" : fmt::format("  \"inputs\": {{{}}},\n", fmt::join(members, ", "));
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
  for (const TensorKey& key : activations_of(run.dimensions())) {
    lines.push_back(
        fmt::format("    \"{}\": [{}]", key.key, fmt::join(key.tensor->shape_of(run.dimensions()), ", ")));
  }
  return fmt::format("{{\n{}\n  }}", fmt::join(lines, ",\n"));
}

/// What --stats and --top ask for, with a comma before it.
std::string attention_json(const Run& run) {
  std::string text;
  if (run.presentation.stats) text += fmt::format(",\n  \"stats\": {}", table_json(stats_of(run), "  "));
  if (run.presentation.top > 0) text += fmt::format(",\n  \"links\": {}", table_json(links_of(run), "  "));
  return text;
}

}  // namespace

std::string json_report(const Run& run) { return "{\n" + run_members_json(run) + "\n}\n"; }

std::string run_members_json(const Run& run) {
  std::string text = fmt::format("  \"schema\": {},\n", schema);
  for (const DimensionName& dimension : dimension_names()) {
    if (!dimension.exists(run.dimensions().kind)) continue;
    const std::string value = dimension.text(run);
    text += fmt::format("  \"{}\": {},\n", dimension.name, dimension.is_number ? value : json_quote(value));
  }
  if (run.dimensions().kind.checkpoint) {
    text += fmt::format("  \"layers\": [{}],\n", fmt::join(run.dimensions().layers, ", "));
  }
  if (run.dimensions().heads.size() < run.model.config.num_attention_heads) {
    text += fmt::format("  \"heads\": [{}],\n", fmt::join(run.dimensions().heads, ", "));
  }
  text += fmt::format("  \"mask\": {},\n", mask_json(run));
  text += inputs_json(run.inputs.given);
  text += fmt::format("  \"sequences\": {},\n", sequences_json(run));
  return text + fmt::format("  \"shapes\": {}{}", shapes_json(run), attention_json(run));
}

}  // namespace mha
