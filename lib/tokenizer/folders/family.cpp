#include "tokenizer/folders/family.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "base/utf8.h"

namespace mha {
namespace {

/// In the order in which Transformers adds them (SPECIAL_TOKENS_ATTRIBUTES).
constexpr std::string_view special_names[] = {"bos_token", "eos_token", "unk_token", "sep_token",
                                              "pad_token", "cls_token", "mask_token"};

std::string quoted(const AddedToken& token) {
  return fmt::format(R"({{"id": 0, "content": {}, "single_word": {}, "lstrip": {}, "rstrip": {}, )"
                     R"("normalized": {}, "special": {}}})",
                     json_quote(token.content), token.single_word, token.lstrip, token.rstrip,
                     token.normalized, token.special);
}

/// That of the piece, or of the added token that comes behind the vocabulary.
std::uint32_t id_of(const std::string& content, const TokenModel& model,
                    const std::vector<AddedToken>& added) {
  if (const auto id = model.find(content)) return *id;
  auto next = static_cast<std::uint32_t>(model.size());
  for (const AddedToken& token : added) {
    if (token.content == content) break;
    if (!model.find(token.content)) ++next;
  }
  return next;
}

void put(std::string& text, const std::string& name, const std::string& value) {
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
    text.replace(at, name.size(), value);
  }
}

}  // namespace

const TokenizerFamily& family_of(const FolderConfig& config, const std::string& folder,
                                 std::span<const TokenizerFamily> families) {
  const auto name = config.family();
  if (!name) return families[0];
  std::vector<std::string_view> known;
  for (const TokenizerFamily& family : families) {
    if (family.name == *name) return family;
    known.push_back(family.name);
  }
  fail(
      Status::data,
      "{}: without a tokenizer.json the vocabulary of '{}' is not read (only that of {}); save the tokenizer "
      "with a recent version of Transformers, which writes one",
      folder, utf8::printable(*name), fmt::join(known, ", "));
}

std::optional<AddedToken> FamilyDraft::special(std::string_view name) const {
  if (auto found = config_.special(name)) return found;
  for (const UsualToken& usual : family_.specials) {
    if (usual.name != name || usual.content.empty()) continue;
    return AddedToken{std::string(usual.content), false, usual.lstrip, false, false, true};
  }
  return std::nullopt;
}

std::vector<AddedToken> FamilyDraft::added() const {
  std::vector<AddedToken> tokens;
  for (auto& [id, token] : config_.added()) tokens.push_back(token);
  if (family_.raw_tokens) {
    for (AddedToken& token : tokens) token.normalized = false;
  }
  const std::size_t configured = tokens.size();
  const auto find = [&](const AddedToken& token) {
    return std::find_if(tokens.begin(), tokens.end(),
                        [&](const AddedToken& other) { return other.content == token.content; });
  };
  const auto add = [&](const AddedToken& token) {
    if (find(token) == tokens.end()) tokens.push_back(token);
  };
  for (const std::string_view name : special_names) {
    auto token = special(name);
    if (!token) continue;
    token->special = true;
    add(*token);
  }
  for (const AddedToken& token : config_.named_additional()) add(token);
  // Their flags count more than those of named special tokens.
  for (const AddedToken& token : extra_) {
    const auto found = find(token);
    if (found == tokens.end()) {
      tokens.push_back(token);
    } else if (found - tokens.begin() >= static_cast<std::ptrdiff_t>(configured)) {
      *found = token;
    }
  }
  return tokens;
}

std::string FamilyDraft::json(const TokenModel& model, std::string_view normalizer,
                              std::string_view pre_tokenizer) const {
  const std::vector<AddedToken> tokens = added();
  std::vector<std::string> list;
  for (const AddedToken& token : tokens) list.push_back(quoted(token));
  return fmt::format(
      R"({{"added_tokens": [{}], "normalizer": {}, "pre_tokenizer": {}, "post_processor": {}}})",
      fmt::join(list, ", "), normalizer, pre_tokenizer, post_processor(model, tokens));
}

/// A template as update_post_processor of Transformers makes it. A token that the family lacks is not added.
std::string FamilyDraft::bos_and_eos() const {
  std::vector<std::string> single, pair, tokens;
  const auto put_special = [&](std::string_view name, int type) {
    if (!flag(fmt::format("add_{}", name), false) || !special(name)) return;
    auto& parts = type == 0 ? single : pair;
    parts.push_back(fmt::format(R"({{"SpecialToken": {{"id": "{}", "type_id": {}}}}})", name, type));
    if (type == 0) {
      tokens.push_back(
          fmt::format(R"("{0}": {{"id": "{0}", "ids": [@id_of_{0}], "tokens": ["{0}"]}})", name));
    }
  };
  put_special("bos_token", 0);
  single.emplace_back(R"({"Sequence": {"id": "A", "type_id": 0}})");
  put_special("eos_token", 0);
  put_special("bos_token", 1);
  pair.emplace_back(R"({"Sequence": {"id": "B", "type_id": 1}})");
  put_special("eos_token", 1);
  return fmt::format(
      R"({{"type": "TemplateProcessing", "single": [{0}], "pair": [{0}, {1}], "special_tokens": {{{2}}}}})",
      fmt::join(single, ", "), fmt::join(pair, ", "), fmt::join(tokens, ", "));
}

std::string FamilyDraft::post_processor(const TokenModel& model, const std::vector<AddedToken>& added) const {
  std::string text(family_.post_processor.empty() ? bos_and_eos() : family_.post_processor);
  put(text, "@trim_offsets", fmt::format("{}", flag("trim_offsets", true)));
  put(text, "@add_prefix_space", fmt::format("{}", flag("add_prefix_space", false)));
  for (const std::string_view name : special_names) {
    const auto token = special(name);
    if (!token) continue;
    const std::uint32_t id = id_of(token->content, model, added);
    put(text, fmt::format("@id_of_{}", name), fmt::format("{}", id));
    put(text, fmt::format("@{}", name), fmt::format("{}, {}", json_quote(token->content), id));
  }
  return text;
}

}  // namespace mha
