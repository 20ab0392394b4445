// The pipeline that the settings in a sentencepiece model ask for.
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/utf8.h"
#include "tokenizer/folders/pipeline_json.h"
#include "tokenizer/folders/sentencepiece_parts.h"

namespace mha {
namespace {

/// Models that are published have a few kilobytes.
constexpr std::size_t max_expression_bytes = std::size_t{1} << 18;

/// A regular expression for the text itself, with the backslashes that Python puts.
std::string literal(std::string_view text) {
  constexpr std::string_view special = "()[]{}?*+-|^$\\.&~# \t\n\r\v\f";
  std::string expression;
  for (const char c : text) {
    if (special.find(c) != special.npos) expression += '\\';
    expression += c;
  }
  return expression;
}

/// Finds user-defined pieces, the longest first; empty if there are none.
std::string user_defined_expression(const ModelProto& model) {
  std::vector<std::string_view> pieces;
  for (const ModelProto::Piece& piece : model.pieces) {
    if (piece.user_defined) pieces.push_back(piece.text);
  }
  std::stable_sort(pieces.begin(), pieces.end(),
                   [](std::string_view a, std::string_view b) { return utf8::length(a) > utf8::length(b); });
  std::vector<std::string> alternatives(pieces.size());
  std::transform(pieces.begin(), pieces.end(), alternatives.begin(), literal);
  std::string expression = fmt::format("{}", fmt::join(alternatives, "|"));
  if (expression.size() <= max_expression_bytes) return expression;
  fail(Status::limit, "the user-defined pieces of the sentencepiece model have more than {} bytes; {}",
       max_expression_bytes, "save the tokenizer with a recent version of Transformers");
}

}  // namespace

SentencePieceParts model_parts(const FamilyDraft& draft, const ModelProto& model) {
  const bool legacy = draft.flag("legacy", true);
  std::vector<std::string> steps, cuts;
  if (!model.charsmap.empty()) steps.push_back(precompiled_json(model.charsmap));
  if (model.remove_extra_whitespaces) {
    steps.insert(steps.end(), {replace_json(R"(\A +| +\z)", ""), replace_json(" {2,}", " ")});
  }
  if (model.escape_whitespaces) steps.emplace_back(visible_spaces_json);
  if (model.add_dummy_prefix) {
    // Metaspace puts no second visible space before one that is there; sentencepiece does.
    if (legacy) steps.push_back(replace_json(R"(\A▁)", "▁▁"));
    cuts.push_back(metaspace_json(legacy ? "always" : "first", false));
  }
  if (const std::string expression = user_defined_expression(model); !expression.empty()) {
    cuts.push_back(split_json(expression));
  }
  return {sequence_json("normalizers", steps), sequence_json("pretokenizers", cuts)};
}

}  // namespace mha
