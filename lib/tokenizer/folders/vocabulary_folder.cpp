#include "tokenizer/folders/vocabulary_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "tokenizer/bert/vocab_txt.h"
#include "tokenizer/bert/wordpiece.h"
#include "tokenizer/folders/family.h"
#include "tokenizer/models/bpe_files.h"
#include "tokenizer/models/word_piece_model.h"
#include "tokenizer/tokenizer_json.h"
#include "tokenizer/unicode/known_patterns.h"

namespace mha {
namespace {

constexpr std::string_view bert_processing =
    R"({"type": "BertProcessing", "sep": [@sep_token], "cls": [@cls_token]})";
constexpr std::string_view mpnet_processing =
    R"({"type": "RobertaProcessing", "sep": [@sep_token], "cls": [@cls_token],
        "trim_offsets": true, "add_prefix_space": false})";
constexpr std::string_view roberta_processing =
    R"({"type": "RobertaProcessing", "sep": [@sep_token], "cls": [@cls_token],
        "trim_offsets": @trim_offsets, "add_prefix_space": @add_prefix_space})";

constexpr UsualToken bert_specials[] = {{"unk_token", "[UNK]"},
                                        {"sep_token", "[SEP]"},
                                        {"pad_token", "[PAD]"},
                                        {"cls_token", "[CLS]"},
                                        {"mask_token", "[MASK]"}};
constexpr UsualToken mpnet_specials[] = {
    {"bos_token", "<s>"},   {"eos_token", "</s>"}, {"unk_token", "[UNK]"},        {"sep_token", "</s>"},
    {"pad_token", "<pad>"}, {"cls_token", "<s>"},  {"mask_token", "<mask>", true}};
constexpr UsualToken roberta_specials[] = {
    {"bos_token", "<s>"},   {"eos_token", "</s>"}, {"unk_token", "<unk>"},  {"sep_token", "</s>"},
    {"pad_token", "<pad>"}, {"cls_token", "<s>"},  {"mask_token", "<mask>"}};
constexpr UsualToken gpt2_specials[] = {{"bos_token", "<|endoftext|>"},
                                        {"eos_token", "<|endoftext|>"},
                                        {"unk_token", "<|endoftext|>"},
                                        {"pad_token", ""}};
constexpr UsualToken gpt_neox_specials[] = {{"bos_token", "<|endoftext|>"},
                                            {"eos_token", "<|endoftext|>"},
                                            {"unk_token", "<|endoftext|>"},
                                            {"pad_token", "<|padding|>"}};
constexpr UsualToken qwen2_specials[] = {{"bos_token", ""},
                                         {"eos_token", "<|endoftext|>"},
                                         {"unk_token", "<|endoftext|>"},
                                         {"pad_token", "<|endoftext|>"}};

constexpr TokenizerFamily word_piece_families[] = {{"bert", bert_specials, bert_processing},
                                                   {"distilbert", bert_specials, bert_processing},
                                                   {"electra", bert_specials, bert_processing},
                                                   {"mpnet", mpnet_specials, mpnet_processing}};
constexpr TokenizerFamily byte_bpe_families[] = {{"roberta", roberta_specials, roberta_processing},
                                                 {"gpt2", gpt2_specials, ""},
                                                 {"gptneox", gpt_neox_specials, ""},
                                                 {"qwen2", qwen2_specials, ""}};

/// Whether the class WordPiece is the same: BERT's own special tokens, as far as the vocabulary has them.
bool is_plain_bert(const TokenizerFamily& family, const FamilyDraft& draft, const PieceTable& pieces) {
  if (family.post_processor != bert_processing || !pieces.find("[UNK]")) return false;
  const auto is_usual = [](const AddedToken& token) {
    const auto same = [&](const UsualToken& usual) { return usual.content == token.content; };
    const bool flagged = token.single_word || token.lstrip || token.rstrip || token.normalized;
    return !flagged && std::any_of(std::begin(bert_specials), std::end(bert_specials), same);
  };
  const auto has_usual = [&](const UsualToken& usual) {
    return draft.special(usual.name)->content == usual.content;
  };
  const std::vector<AddedToken> added = draft.added();
  return std::all_of(added.begin(), added.end(), is_usual) &&
         std::all_of(std::begin(bert_specials), std::end(bert_specials), has_usual);
}

std::vector<AddedToken> additional_of(const FolderConfig& config) {
  auto listed = config.additional();
  if (!listed) listed = config.mapped_additional();
  return std::move(listed).value_or(std::vector<AddedToken>());
}

std::vector<Vocabulary::Entry> entries_of(const PieceTable& table) {
  std::vector<Vocabulary::Entry> entries;
  for (std::uint32_t id = 0; id < table.size(); ++id) entries.push_back({table.piece(id), id});
  return entries;
}

}  // namespace

std::unique_ptr<Tokenizer> load_word_piece_folder(const std::string& folder) {
  const std::string path = folder + (folder.ends_with('/') ? "" : "/") + "vocab.txt";
  const FolderConfig config(folder);
  const TokenizerFamily& family = family_of(config, folder, word_piece_families);
  const FamilyDraft draft(config, family, additional_of(config));
  const bool lower = draft.flag("do_lower_case", true),
             ideographs = draft.flag("tokenize_chinese_chars", true);
  const bool accents = draft.flag("strip_accents", lower);
  PieceTable pieces = parse_vocab_txt(path, read_file(path, max_vocabulary_bytes));
  if (lower && ideographs && accents && is_plain_bert(family, draft, pieces)) {
    return std::make_unique<WordPiece>(std::move(pieces), path);
  }
  const std::string unknown = draft.special("unk_token")->content;
  constexpr std::uint64_t max_characters = 100;
  auto model = std::make_unique<WordPieceModel>(entries_of(pieces),
                                                WordPieceModel::Rules{unknown, "##", max_characters}, path);
  const std::string normalizer = fmt::format(
      R"({{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": {}, "strip_accents": {},
           "lowercase": {}}})",
      ideographs, accents, lower);
  const std::string json = draft.json(*model, normalizer, R"({"type": "BertPreTokenizer"})");
  return assemble_tokenizer(path, json, std::move(model));
}

std::unique_ptr<Tokenizer> load_byte_bpe_folder(const std::string& folder) {
  const std::string base = folder + (folder.ends_with('/') ? "" : "/");
  const FolderConfig config(folder);
  const TokenizerFamily& family = family_of(config, folder, byte_bpe_families);
  const FamilyDraft draft(config, family, additional_of(config));
  auto model = load_bpe_files(base + "vocab.json", base + "merges.txt");
  const bool qwen = family.name == "qwen2";
  std::string pre_tokenizer =
      fmt::format(R"({{"type": "ByteLevel", "add_prefix_space": {}, "trim_offsets": true, "use_regex": {}}})",
                  draft.flag("add_prefix_space", false), !qwen);
  if (qwen) {
    pre_tokenizer = fmt::format(
        R"({{"type": "Sequence", "pretokenizers": [{{"type": "Split", "pattern": {{"Regex": {}}},
             "behavior": "Isolated", "invert": false}}, {}]}})",
        json_quote(qwen2_words), pre_tokenizer);
  }
  const bool composes = qwen || family.name == "gptneox";
  const std::string json = draft.json(*model, composes ? R"({"type": "NFC"})" : "null", pre_tokenizer);
  return assemble_tokenizer(base + "vocab.json", json, std::move(model));
}

}  // namespace mha
