#include "report/page/page_data.h"

#include <fmt/ranges.h>

#include <optional>
#include <vector>

#include "base/json.h"
#include "base/json_optional.h"
#include "report/heads.h"

namespace mha {
namespace {

/// Links listed unless --top says how many.
constexpr std::size_t default_links = 20;

std::string list(const std::vector<std::string>& items) { return fmt::format("[{}]", fmt::join(items, ",")); }

std::string pair_json(std::string_view name, std::string_view value) {
  return list({json_quote(name), json_quote(value)});
}

std::string facts_json(const Run& run) {
  std::vector<std::string> facts;
  for (const DimensionName& dimension : dimension_names()) {
    if (dimension.exists(run.dimensions().kind))
      facts.push_back(pair_json(dimension.name, dimension.text(run)));
  }
  if (const std::string mask = mask_text(run); !mask.empty()) facts.push_back(pair_json("mask", mask));
  return list(facts);
}

std::string texts_json(const Sequence& sequence) {
  std::vector<std::string> texts;
  if (sequence.text) texts.push_back(json_quote(sequence.text->bytes));
  if (sequence.pair) texts.push_back(json_quote(sequence.pair->bytes));
  return list(texts);
}

std::string labels_json(const std::vector<Label>& labels) {
  std::vector<std::string> texts;
  for (const Label& label : labels) texts.push_back(json_quote(label.text));
  return list(texts);
}

std::string sequence_json(const AttentionMaps& maps, const Run& run, std::size_t i) {
  const bool cross = !maps.self_attention();
  return fmt::format(R"({{"texts":{},"contexts":{},"queries":{},"keys":{}}})",
                     texts_json(run.inputs.sequences[i]), cross ? texts_json(run.inputs.contexts[i]) : "[]",
                     labels_json(maps.queries(i)), cross ? labels_json(maps.keys(i)) : "null");
}

std::string sequences_json(const AttentionMaps& maps, const Run& run) {
  std::vector<std::string> sequences;
  for (std::size_t i = 0; i < maps.sequences(); ++i) sequences.push_back(sequence_json(maps, run, i));
  return list(sequences);
}

std::string names_json(const AttentionMaps& maps) {
  std::vector<std::string> names;
  for (const MapName& name : maps.names())
    names.push_back(list({json_or_null(name.layer), json_or_null(name.head)}));
  return list(names);
}

std::string statistics_json() {
  std::vector<std::string> pairs;
  for (const Statistic& statistic : statistics())
    pairs.push_back(pair_json(statistic.name, statistic.meaning));
  return list(pairs);
}

std::string stats_json(const AttentionMaps& maps) {
  std::vector<std::string> rows;
  for (const HeadStats& stats : head_stats(maps)) {
    std::vector<std::string> numbers;
    for (const auto& value : stats.values) numbers.push_back(json_or_null(value));
    rows.push_back(list(numbers));
  }
  return list(rows);
}

/// Statistics are defined for what sums to 1 over the keys: all maps but those before the softmax.
bool has_statistics(const AttentionMaps& maps) { return maps.names().front().tensor != "scores"; }

std::string links_json(const AttentionMaps& maps, const Run& run) {
  const std::size_t count = run.presentation.top > 0 ? run.presentation.top : default_links;
  return table_json(links_table(strongest_links(maps, count), maps), "");
}

/// "<" as JSON may spell it: then neither "</script" nor "<!--" is there.
std::string without_tags(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  for (const char c : json) {
    if (c == '<')
      text += "\\u003c";
    else
      text += c;
  }
  return text;
}

}  // namespace

std::string page_data(const AttentionMaps& maps, const CodeRange& range, const Run& run) {
  const bool stats = has_statistics(maps);
  return without_tags(fmt::format(
      R"({{"tensor":{},"least":{},"largest":{},"steps":{},"self":{},"words":{},"facts":{},
"maps":{},
"sequences":{},
"statistics":{},
"stats":{},
"links":{}}})",
      json_quote(maps.names().front().tensor), range.least, range.largest, code_steps, maps.self_attention(),
      run.presentation.words, facts_json(run), names_json(maps), sequences_json(maps, run),
      stats ? statistics_json() : "[]", stats ? stats_json(maps) : "[]",
      stats ? links_json(maps, run) : "[]"));
}

}  // namespace mha
