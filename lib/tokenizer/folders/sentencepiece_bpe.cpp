#include "tokenizer/folders/sentencepiece_bpe.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "tokenizer/bert/vocab_txt.h"
#include "tokenizer/folders/family.h"
#include "tokenizer/folders/model_proto.h"
#include "tokenizer/folders/sentencepiece_merges.h"
#include "tokenizer/folders/sentencepiece_parts.h"
#include "tokenizer/models/bpe.h"
#include "tokenizer/models/unigram.h"
#include "tokenizer/sentencepiece/model_check.h"
#include "tokenizer/tokenizer_json.h"

namespace mha {
namespace {

constexpr UsualToken llama_specials[] = {{"bos_token", "<s>"}, {"eos_token", "</s>"}, {"unk_token", "<unk>"}};
constexpr UsualToken gemma_specials[] = {{"bos_token", "<bos>"},
                                         {"eos_token", "<eos>"},
                                         {"unk_token", "<unk>"},
                                         {"pad_token", "<pad>"},
                                         {"mask_token", "<mask>"}};

struct Entry {
  std::string_view name;
  std::span<const UsualToken> specials;
  SentencePieceParts (*parts)(const FamilyDraft&, const ModelProto&);

  /// Whether the model itself says everything.
  bool by_model() const { return specials.empty(); }
};
constexpr Entry entries[] = {
    {"llama", llama_specials, llama_parts},
    {"gemma", gemma_specials, gemma_parts},
    {"sentencepiece", {}, model_parts},
};

const Entry* find_entry(std::string_view family) {
  const auto found = std::find_if(std::begin(entries), std::end(entries),
                                  [&](const Entry& entry) { return entry.name == family; });
  return found == std::end(entries) ? nullptr : &*found;
}

/// The special tokens that the model names itself.
std::vector<UsualToken> specials_of(const ModelProto& model) {
  std::vector<UsualToken> specials;
  const auto put = [&](std::string_view name, const std::optional<std::uint32_t>& id) {
    if (id) specials.push_back({name, model.pieces[*id].text});
  };
  put("bos_token", model.bos);
  put("eos_token", model.eos);
  put("unk_token", model.unknown);
  return specials;
}

/// The tokens that the configuration lists. Without a list control and user-defined pieces are taken out of
/// texts as they are, the latter unless the pre-tokenizer cuts them out.
std::vector<AddedToken> extra_tokens(const FolderConfig& config, const ModelProto& model,
                                     bool with_user_defined) {
  if (auto listed = config.additional()) return *listed;
  std::vector<AddedToken> tokens;
  for (const ModelProto::Piece& piece : model.pieces) {
    if (!piece.control && !(piece.user_defined && with_user_defined)) continue;
    tokens.push_back({std::string(piece.text), false, false, false, false, piece.control});
  }
  return tokens;
}

std::unique_ptr<TokenModel> make_bpe(const Entry& entry, const FamilyDraft& draft, const ModelProto& model,
                                     const std::string& path) {
  const bool by_model = entry.by_model();
  BpeRules rules;
  rules.fuse_unknown = true;
  rules.byte_fallback = by_model ? model.byte_fallback : true;
  if (by_model && model.unknown) rules.unknown = model.pieces[*model.unknown].text;
  if (entry.name == "gemma") rules.unknown = draft.special("unk_token")->content;
  const auto is_user_defined = [](const ModelProto::Piece& piece) { return piece.user_defined; };
  rules.ignore_merges = by_model && std::any_of(model.pieces.begin(), model.pieces.end(), is_user_defined);
  std::vector<Vocabulary::Entry> pieces;
  for (std::uint32_t id = 0; id < model.pieces.size(); ++id) pieces.push_back({model.pieces[id].text, id});
  Vocabulary vocabulary(pieces);
  MergeList merges = merges_of(model, vocabulary, by_model ? Merging::normal_by_score : Merging::by_id, path);
  return std::make_unique<Bpe>(std::move(vocabulary), std::move(merges), std::move(rules), path);
}

/// Pieces are spelt as the configuration spells the tokens of their ids, but for what is another piece
/// already.
void rename(ModelProto& model, const std::map<std::uint32_t, AddedToken>& named) {
  std::map<std::string_view, std::uint32_t> ids;
  for (std::uint32_t id = 0; id < model.pieces.size(); ++id) ids[model.pieces[id].text] = id;
  for (const auto& [id, token] : named) {
    const auto other = ids.find(token.content);
    const bool taken = other != ids.end() && !named.contains(other->second);
    if (id < model.pieces.size() && !token.content.empty() && !taken) model.pieces[id].text = token.content;
  }
}

void check_kind(const Entry& entry, const ModelProto& model, const std::string& path) {
  if (model.kind == ModelProto::Kind::bpe) return;
  if (entry.by_model() && model.kind == ModelProto::Kind::unigram) return;
  fail(Status::data, "{}: this is no BPE model, which the configuration beside it asks for; {}", path,
       "save the tokenizer with a recent version of Transformers, which writes a tokenizer.json");
}

std::unique_ptr<TokenModel> make_unigram(const ModelProto& model, const std::string& path) {
  std::vector<Unigram::Piece> pieces;
  for (const ModelProto::Piece& piece : model.pieces) pieces.push_back({piece.text, piece.score});
  return std::make_unique<Unigram>(pieces, model.unknown, model.byte_fallback, path);
}

}  // namespace

bool has_sentencepiece_bpe(std::string_view family) { return find_entry(family) != nullptr; }

std::unique_ptr<Tokenizer> load_sentencepiece_bpe(std::string_view family, const FolderConfig& config,
                                                  const std::string& path) {
  const Entry& entry = *find_entry(family);
  const std::string bytes = read_file(path, max_vocabulary_bytes);
  check_model(path, bytes);
  ModelProto model = read_model_proto(bytes);
  check_kind(entry, model, path);
  const std::map<std::uint32_t, AddedToken> named = config.added();
  if (entry.by_model() && !named.empty()) rename(model, named);
  const std::vector<UsualToken> own = specials_of(model);
  const TokenizerFamily described = {entry.name, entry.by_model() ? std::span(own) : entry.specials, "",
                                     entry.by_model() && model.add_dummy_prefix};
  const FamilyDraft draft(config, described, extra_tokens(config, model, !entry.by_model()));
  const bool unigram = model.kind == ModelProto::Kind::unigram;
  auto pieces = unigram ? make_unigram(model, path) : make_bpe(entry, draft, model, path);
  const SentencePieceParts parts = entry.parts(draft, model);
  const std::string json = draft.json(*pieces, parts.normalizer, parts.pre_tokenizer);
  return assemble_tokenizer(path, json, std::move(pieces));
}

}  // namespace mha
