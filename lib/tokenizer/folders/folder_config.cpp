#include "tokenizer/folders/folder_config.h"

#include <sys/stat.h>

#include <charconv>

#include "base/error.h"
#include "base/file.h"
#include "base/utf8.h"
#include "tokenizer/component.h"
#include "tokenizer/folders/model_types.h"

namespace mha {
namespace {

constexpr std::size_t max_config_bytes = std::size_t{16} << 20;

/// A text, or an object as tokenizer_config.json has it, in which flags may be missing.
AddedToken read_token(JsonValue value, const std::string& path, std::string_view name) {
  AddedToken token;
  token.normalized = false;
  token.special = true;
  if (const auto text = value.string()) {
    token.content = *text;
    return token;
  }
  const Component object(value, path, utf8::printable(name));
  return {std::string(object.text("content")), object.flag_or("single_word", false),
          object.flag_or("lstrip", false),     object.flag_or("rstrip", false),
          object.flag_or("normalized", false), object.flag_or("special", true)};
}

std::uint32_t read_id(std::string_view text, const std::string& path) {
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error == std::errc() && end == text.data() + text.size()) return id;
  fail(Status::data, "{}: added_tokens_decoder: '{}' is no id", path, utf8::printable(text));
}

/// In small letters, without - and _.
std::string plain(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == '-' || c == '_') continue;
    text += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  }
  return text;
}

}  // namespace

std::optional<std::string> FolderConfig::name_in(const std::optional<File>& file, const char* member) {
  const auto found = file ? file->document.root().find(member) : std::nullopt;
  const auto name = found ? found->string() : std::nullopt;
  return name ? std::optional(plain(*name)) : std::nullopt;
}

std::optional<FolderConfig::File> FolderConfig::read(const std::string& folder, const char* name) {
  const std::string path = folder + (folder.ends_with('/') ? "" : "/") + name;
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return std::nullopt;
  JsonDocument document(read_file(path, max_config_bytes), path);
  if (!document.root().is_object()) {
    fail(Status::data, "{} is {}, where an object is wanted", path, document.root().describe());
  }
  return File{path, std::move(document)};
}

FolderConfig::FolderConfig(const std::string& folder)
    : tokenizer_(read(folder, "tokenizer_config.json")),
      specials_(read(folder, "special_tokens_map.json")),
      added_(read(folder, "added_tokens.json")),
      model_(read(folder, "config.json")) {}

std::optional<std::string> FolderConfig::family() const {
  const auto type = name_in(model_, "model_type");
  const ModelType* known = type ? find_model_type(*type) : nullptr;
  if (known != nullptr && known->overrules_class) return std::string(known->family);
  auto name = name_in(tokenizer_, "tokenizer_class");
  if (!name) return known != nullptr ? std::string(known->family) : type;
  for (const std::string_view end : {"fast", "tokenizer"}) {
    if (name->ends_with(end)) name->resize(name->size() - end.size());
  }
  return std::string(family_of_class(*name));
}

std::optional<bool> FolderConfig::flag(std::string_view name) const {
  if (!tokenizer_) return std::nullopt;
  const auto found = tokenizer_->document.root().find(name);
  if (!found || found->is_null()) return std::nullopt;
  return Component(tokenizer_->document.root(), tokenizer_->path).flag(name);
}

std::optional<std::uint32_t> FolderConfig::count(std::string_view name) const {
  if (!tokenizer_) return std::nullopt;
  const auto found = tokenizer_->document.root().find(name);
  if (!found || found->is_null()) return std::nullopt;
  return Component(tokenizer_->document.root(), tokenizer_->path).natural(name);
}

std::optional<AddedToken> FolderConfig::special(std::string_view name) const {
  for (const auto* file : {&tokenizer_, &specials_}) {
    if (!*file) continue;
    const auto found = (*file)->document.root().find(name);
    if (found && !found->is_null()) return read_token(*found, (*file)->path, name);
  }
  return std::nullopt;
}

std::map<std::uint32_t, AddedToken> FolderConfig::added() const {
  std::map<std::uint32_t, AddedToken> by_id;
  const auto decoder = tokenizer_ ? tokenizer_->document.root().find("added_tokens_decoder") : std::nullopt;
  if (decoder) {
    decoder->each_member([&](std::string_view id, JsonValue token) {
      by_id[read_id(id, tokenizer_->path)] = read_token(token, tokenizer_->path, "added_tokens_decoder");
    });
    return by_id;
  }
  if (!added_) return by_id;
  const Component all(added_->document.root(), added_->path);
  all.value().each_member([&](std::string_view content, JsonValue) {
    AddedToken token;
    token.content = content;
    by_id[all.natural(content)] = std::move(token);
  });
  return by_id;
}

std::optional<std::vector<AddedToken>> FolderConfig::list_in(const std::optional<File>& file) {
  for (const char* name : {"extra_special_tokens", "additional_special_tokens"}) {
    const auto found = file ? file->document.root().find(name) : std::nullopt;
    if (!found || found->is_object()) continue;
    if (!found->is_array() && !found->is_null()) {
      Component(file->document.root(), file->path).refuse(name, "a list of tokens");
    }
    std::vector<AddedToken> tokens;
    if (found->is_array()) {
      found->each_item([&](JsonValue item) { tokens.push_back(read_token(item, file->path, name)); });
    }
    return tokens;
  }
  return std::nullopt;
}

std::optional<std::vector<AddedToken>> FolderConfig::additional() const { return list_in(tokenizer_); }

std::optional<std::vector<AddedToken>> FolderConfig::mapped_additional() const { return list_in(specials_); }

std::vector<AddedToken> FolderConfig::named_additional() const {
  constexpr const char* name = "extra_special_tokens";
  const auto found = tokenizer_ ? tokenizer_->document.root().find(name) : std::nullopt;
  std::vector<AddedToken> tokens;
  if (!found || !found->is_object()) return tokens;
  found->each_member([&](std::string_view, JsonValue token) {
    tokens.push_back(read_token(token, tokenizer_->path, name));
  });
  return tokens;
}

}  // namespace mha
