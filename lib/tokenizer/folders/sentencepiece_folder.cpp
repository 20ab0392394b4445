#include "tokenizer/folders/sentencepiece_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "tokenizer/bert/vocab_txt.h"
#include "tokenizer/folders/family.h"
#include "tokenizer/folders/model_proto.h"
#include "tokenizer/folders/sentencepiece_bpe.h"
#include "tokenizer/folders/sentencepiece_parts.h"
#include "tokenizer/models/unigram.h"
#include "tokenizer/sentencepiece/model_check.h"
#include "tokenizer/sentencepiece/sentencepiece.h"
#include "tokenizer/tokenizer_json.h"

namespace mha {
namespace {

constexpr UsualToken roberta_specials[] = {
    {"bos_token", "<s>"},   {"eos_token", "</s>"}, {"unk_token", "<unk>"},  {"sep_token", "</s>"},
    {"pad_token", "<pad>"}, {"cls_token", "<s>"},  {"mask_token", "<mask>"}};
constexpr UsualToken camembert_specials[] = {
    {"bos_token", "<s>"},   {"eos_token", "</s>"}, {"unk_token", "<unk>"},        {"sep_token", "</s>"},
    {"pad_token", "<pad>"}, {"cls_token", "<s>"},  {"mask_token", "<mask>", true}};
constexpr UsualToken t5_specials[] = {{"eos_token", "</s>"}, {"unk_token", "<unk>"}, {"pad_token", "<pad>"}};
constexpr UsualToken albert_specials[] = {
    {"bos_token", "[CLS]"}, {"eos_token", "[SEP]"}, {"unk_token", "<unk>"},  {"sep_token", "[SEP]"},
    {"pad_token", "<pad>"}, {"cls_token", "[CLS]"}, {"mask_token", "[MASK]"}};

constexpr UsualToken deberta_specials[] = {
    {"bos_token", "[CLS]"}, {"eos_token", "[SEP]"}, {"unk_token", "[UNK]"},  {"sep_token", "[SEP]"},
    {"pad_token", "[PAD]"}, {"cls_token", "[CLS]"}, {"mask_token", "[MASK]"}};

constexpr std::string_view roberta_processing =
    R"({"type": "RobertaProcessing", "sep": [@eos_token], "cls": [@bos_token],
        "trim_offsets": false, "add_prefix_space": true})";
constexpr std::string_view bert_processing =
    R"({"type": "BertProcessing", "sep": [@sep_token], "cls": [@cls_token]})";
constexpr std::string_view t5_processing =
    R"({"type": "TemplateProcessing",
        "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "end", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "end", "type_id": 0}},
                 {"Sequence": {"id": "B", "type_id": 0}}, {"SpecialToken": {"id": "end", "type_id": 0}}],
        "special_tokens": {"end": {"id": "end", "ids": [@id_of_eos_token], "tokens": ["end"]}}})";

/// How a family arranges the pieces of the model: some of its own, those of the model but the first few, and
/// again some of its own. Ids of Hugging Face are the places in that list.
struct Layout {
  TokenizerFamily family;
  std::span<const UsualToken> before;  // by the name of a special token, or by content alone
  std::size_t dropped;
  std::span<const UsualToken> after;
  std::optional<std::uint32_t> unknown;  // else that of the model
  std::uint32_t sentinels;               // <extra_id_99> to <extra_id_0> at the end
  SentencePieceParts (*parts)(const FamilyDraft&, const ModelProto&);
};

constexpr UsualToken xlm_before[] = {
    {"bos_token", "<s>"}, {"pad_token", "<pad>"}, {"eos_token", "</s>"}, {"unk_token", "<unk>"}};
constexpr UsualToken camembert_before[] = {{"", "<s>NOTUSED"},
                                           {"pad_token", "<pad>"},
                                           {"", "</s>NOTUSED"},
                                           {"unk_token", "<unk>"},
                                           {"", "<unk>NOTUSED"}};
constexpr UsualToken mask_after[] = {{"mask_token", "<mask>"}};

constexpr Layout layouts[] = {
    {{"xlmroberta", roberta_specials, roberta_processing},
     xlm_before,
     3,
     mask_after,
     3,
     0,
     xlm_roberta_parts},
    {{"camembert", camembert_specials, roberta_processing},
     camembert_before,
     1,
     mask_after,
     3,
     0,
     xlm_roberta_parts},
    {{"t5", t5_specials, t5_processing}, {}, 0, {}, 2, 100, t5_parts},
    {{"albert", albert_specials, bert_processing}, {}, 0, {}, 1, 0, albert_parts},
    {{"debertav2", deberta_specials, bert_processing}, {}, 0, {}, std::nullopt, 0, deberta_parts},
};

std::uint32_t sentinels(const Layout& layout, const FolderConfig& config) {
  return layout.sentinels == 0 ? 0 : config.count("extra_ids").value_or(layout.sentinels);
}

/// The pieces in the order of their ids, whose texts may lie in `texts`.
std::vector<Unigram::Piece> arrange(const Layout& layout, const FamilyDraft& draft, const ModelProto& model,
                                    std::vector<std::string>& texts) {
  const std::uint32_t extra_ids = sentinels(layout, draft.config());
  texts.reserve(layout.before.size() + layout.after.size() + extra_ids);
  std::vector<Unigram::Piece> pieces;
  const auto put = [&](std::string text, double score) {
    pieces.push_back({texts.emplace_back(std::move(text)), score});
  };
  const auto content = [&](const UsualToken& token) {
    return token.name.empty() ? std::string(token.content) : draft.special(token.name)->content;
  };
  constexpr double never = -100;
  for (const UsualToken& token : layout.before)
    put(content(token), token.content == "<unk>NOTUSED" ? never : 0);
  for (std::size_t i = layout.dropped; i < model.pieces.size(); ++i) {
    pieces.push_back({model.pieces[i].text, model.pieces[i].score});
  }
  for (const UsualToken& token : layout.after) put(content(token), 0);
  for (std::uint32_t i = extra_ids; i-- > 0;) put(fmt::format("<extra_id_{}>", i), 0);
  return pieces;
}

/// The tokens that the configuration lists. Without a list control and user-defined pieces are taken out of
/// texts as they are, and so are sentinels.
std::vector<AddedToken> extra_tokens(const Layout& layout, const FolderConfig& config,
                                     const ModelProto& model) {
  if (auto listed = config.additional()) return *listed;
  std::vector<AddedToken> tokens;
  for (const ModelProto::Piece& piece : model.pieces) {
    if (!piece.control && !piece.user_defined) continue;
    tokens.push_back({std::string(piece.text), false, false, false, false, piece.control});
  }
  const std::uint32_t extra_ids = sentinels(layout, config);
  for (std::uint32_t i = 0; i < extra_ids; ++i) {
    tokens.push_back({fmt::format("<extra_id_{}>", i), false, false, false, false, true});
  }
  return tokens;
}

/// The id of the piece for what is unknown: of DeBERTa's own one if it is worth 0, else that of the model.
std::optional<std::uint32_t> unknown_of(const Layout& layout, const FamilyDraft& draft,
                                        const ModelProto& model) {
  if (layout.unknown) return layout.unknown;
  const std::string content = draft.special("unk_token")->content;
  const auto is_it = [&](const ModelProto::Piece& piece) {
    return piece.text == content && piece.score == 0.0;
  };
  const auto found = std::find_if(model.pieces.begin(), model.pieces.end(), is_it);
  if (found == model.pieces.end()) return model.unknown;
  return static_cast<std::uint32_t>(found - model.pieces.begin());
}

std::unique_ptr<Tokenizer> load_layout(const Layout& layout, const FolderConfig& config,
                                       const std::string& path) {
  const std::string bytes = read_file(path, max_vocabulary_bytes);
  check_model(path, bytes);
  const ModelProto proto = read_model_proto(bytes);
  const FamilyDraft draft(config, layout.family, extra_tokens(layout, config, proto));
  const auto unknown = unknown_of(layout, draft, proto);
  if (proto.kind != ModelProto::Kind::unigram || !unknown || proto.pieces.size() <= *unknown) {
    fail(Status::data, "{}: this is no unigram model of {}, which the configuration beside it names", path,
         layout.family.name);
  }
  std::vector<std::string> texts;
  auto model = std::make_unique<Unigram>(arrange(layout, draft, proto, texts), unknown, false, path);
  const SentencePieceParts parts = layout.parts(draft, proto);
  const std::string json = draft.json(*model, parts.normalizer, parts.pre_tokenizer);
  return assemble_tokenizer(path, json, std::move(model));
}

}  // namespace

std::unique_ptr<Tokenizer> load_sentencepiece_folder(const std::string& folder, const char* name) {
  const std::string path = folder + (folder.ends_with('/') ? "" : "/") + name;
  const FolderConfig config(folder);
  const auto family = config.family();
  for (const Layout& layout : layouts) {
    if (family == layout.family.name) return load_layout(layout, config, path);
  }
  if (family && has_sentencepiece_bpe(*family)) return load_sentencepiece_bpe(*family, config, path);
  return std::make_unique<SentencePiece>(path, read_file(path, max_vocabulary_bytes));
}

}  // namespace mha
