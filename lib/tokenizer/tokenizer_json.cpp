#include "tokenizer/tokenizer_json.h"

#include <map>

#include "base/error.h"
#include "base/utf8.h"
#include "tokenizer/bert/standard_bert.h"
#include "tokenizer/models/token_models.h"
#include "tokenizer/pipeline.h"

namespace mha {
namespace {

AddedToken read_added_token(const Component& component) {
  component.natural("id");
  return {std::string(component.text("content")),
          component.flag("single_word"),
          component.flag("lstrip"),
          component.flag("rstrip"),
          component.flag("normalized"),
          component.flag("special")};
}

/// Pieces of the vocabulary, which are fewer than its size if ids have holes.
std::uint32_t count_pieces(const Component& root, const TokenModel& model) {
  const auto document = root.value().find("model");
  const auto vocabulary = document ? document->find("vocab") : std::nullopt;
  return static_cast<std::uint32_t>(vocabulary ? vocabulary->size() : model.size());
}

/// Ids as `tokenizers` gives them, whatever the file says: that of the piece in the model, or the next one
/// behind as many as the model has pieces. A token that comes again replaces the one before.
std::vector<std::pair<AddedToken, std::uint32_t>> read_added_tokens(const Component& root,
                                                                    const TokenModel& model) {
  std::map<std::string, std::uint32_t> ids;
  std::map<std::uint32_t, AddedToken> tokens;
  std::optional<std::uint32_t> next;
  for (const Component& component : root.components("added_tokens")) {
    AddedToken token = read_added_token(component);
    if (token.content.empty()) continue;
    auto id = model.find(token.content);
    if (const auto known = ids.find(token.content); known != ids.end()) id = known->second;
    if (!id) {
      if (!next) next = count_pieces(root, model);
      id = (*next)++;
    }
    ids[token.content] = *id;
    tokens[*id] = std::move(token);
  }
  std::vector<std::pair<AddedToken, std::uint32_t>> added;
  for (auto& [id, token] : tokens) added.emplace_back(std::move(token), id);
  return added;
}

/// A template may name ids that no piece has.
void check_template(const std::string& path, const Tokenizer& tokenizer) {
  for (const bool pair : {false, true}) {
    for (const TemplateItem& item : tokenizer.special_tokens(pair)) {
      if (item.kind != TemplateItem::Kind::special || item.id < tokenizer.size()) continue;
      fail(Status::data, "{}: post_processor: id {} is not below {}, the number of pieces", path, item.id,
           tokenizer.size());
    }
  }
}

std::unique_ptr<Tokenizer> assemble(const Component& root, const std::string& path,
                                    std::unique_ptr<TokenModel> model) {
  PipelineParts parts;
  parts.model = std::move(model);
  if (const auto component = root.optional_component("normalizer")) {
    parts.normalizer = read_normalizer(*component);
  }
  if (const auto component = root.optional_component("pre_tokenizer")) {
    parts.pre_tokenizer = read_pre_tokenizer(*component);
  }
  if (const auto component = root.optional_component("post_processor")) {
    read_post_processor(*component, parts.processing);
  }
  if (root.value().find("added_tokens")) parts.added = read_added_tokens(root, *parts.model);
  auto tokenizer = std::make_unique<Pipeline>(std::move(parts));
  check_template(path, *tokenizer);
  return tokenizer;
}

}  // namespace

std::unique_ptr<Tokenizer> parse_tokenizer_json(const std::string& path, std::string content) {
  const JsonDocument document(std::move(content), path);
  const Component root(document.root(), path);
  if (const auto version = root.value().find("version"); version && version->string() != "1.0") {
    root.refuse("version", "\"1.0\"");
  }
  if (auto standard = read_standard_bert(root, path)) return standard;
  return assemble(root, path, load_token_model(root.member("model"), path));
}

std::unique_ptr<Tokenizer> assemble_tokenizer(const std::string& path, std::string content,
                                              std::unique_ptr<TokenModel> model) {
  const JsonDocument document(std::move(content), path);
  return assemble(Component(document.root(), path), path, std::move(model));
}

}  // namespace mha
