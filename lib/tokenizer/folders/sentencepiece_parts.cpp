#include "tokenizer/folders/sentencepiece_parts.h"

#include <vector>

#include "tokenizer/folders/pipeline_json.h"

namespace mha {
namespace {

constexpr std::string_view normalizers = "normalizers", pre_tokenizers = "pretokenizers";

std::string split_words(bool prefixed) {
  return sequence_json(pre_tokenizers, {R"({"type": "WhitespaceSplit"})",
                                        metaspace_json(prefixed ? "always" : "never", true)});
}

/// The steps, and then the table of the model if it has one.
std::string with_table(std::vector<std::string> steps, const ModelProto& model) {
  if (!model.charsmap.empty()) steps.push_back(precompiled_json(model.charsmap));
  return sequence_json(normalizers, steps);
}

}  // namespace

SentencePieceParts llama_parts(const FamilyDraft& draft, const ModelProto&) {
  const std::string_view prefixed = draft.flag("legacy", false) ? "always" : "first";
  return {"null", metaspace_json(draft.flag("add_prefix_space", true) ? prefixed : "never", false)};
}

SentencePieceParts gemma_parts(const FamilyDraft&, const ModelProto&) {
  return {
      std::string(visible_spaces_json),
      R"({"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": false})"};
}

SentencePieceParts xlm_roberta_parts(const FamilyDraft& draft, const ModelProto& model) {
  return {with_table({}, model), split_words(draft.flag("add_prefix_space", true))};
}

SentencePieceParts t5_parts(const FamilyDraft&, const ModelProto& model) {
  return {with_table({}, model), split_words(true)};
}

SentencePieceParts albert_parts(const FamilyDraft& draft, const ModelProto& model) {
  std::vector<std::string> steps = {replace_json("``", "\""), replace_json("''", "\"")};
  if (!draft.flag("keep_accents", false)) {
    steps.insert(steps.end(), {R"({"type": "NFKD"})", R"({"type": "StripAccents"})"});
  }
  if (draft.flag("do_lower_case", true)) steps.emplace_back(R"({"type": "Lowercase"})");
  return {with_table(std::move(steps), model), split_words(draft.flag("add_prefix_space", true))};
}

SentencePieceParts deberta_parts(const FamilyDraft& draft, const ModelProto&) {
  std::vector<std::string> steps, cuts;
  if (draft.flag("do_lower_case", false)) steps.emplace_back(R"({"type": "Lowercase"})");
  steps.insert(steps.end(), {replace_json(R"(\s{2,}|[\n\r\t])", " "), R"({"type": "NFC"})",
                             R"({"type": "Strip", "strip_left": false, "strip_right": true})"});
  if (draft.flag("split_by_punct", false)) {
    cuts.emplace_back(R"({"type": "Punctuation", "behavior": "Isolated"})");
  }
  cuts.push_back(metaspace_json(draft.flag("add_prefix_space", true) ? "always" : "first", true));
  return {sequence_json(normalizers, steps), sequence_json(pre_tokenizers, cuts)};
}

}  // namespace mha
