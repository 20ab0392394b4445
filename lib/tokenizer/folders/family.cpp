#include "tokenizer/folders/family.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "base/utf8.h"

namespace mha {
namespace {

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
  std::vector<AddedToken> tokens = config_.added();
  const auto add = [&](AddedToken token) {
    const auto same = [&](const AddedToken& other) { return other.content == token.content; };
    if (std::none_of(tokens.begin(), tokens.end(), same)) tokens.push_back(std::move(token));
  };
  for (const UsualToken& usual : family_.specials) {
    auto token = special(usual.name);
    if (!token) continue;
    token->special = true;
    add(std::move(*token));
  }
  for (const AddedToken& token : extra_) add(token);
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

std::string FamilyDraft::post_processor(const TokenModel& model, const std::vector<AddedToken>& added) const {
  std::string text(family_.post_processor);
  put(text, "@trim_offsets", fmt::format("{}", flag("trim_offsets", true)));
  put(text, "@add_prefix_space", fmt::format("{}", flag("add_prefix_space", false)));
  for (const UsualToken& usual : family_.specials) {
    const auto token = special(usual.name);
    if (!token) continue;
    const std::uint32_t id = id_of(token->content, model, added);
    put(text, fmt::format("@id_of_{}", usual.name), fmt::format("{}", id));
    put(text, fmt::format("@{}", usual.name), fmt::format("{}, {}", json_quote(token->content), id));
  }
  return text;
}

}  // namespace mha
