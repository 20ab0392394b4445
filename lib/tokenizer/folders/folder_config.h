// What the files beside a vocabulary say of it: tokenizer_config.json, special_tokens_map.json,
// added_tokens.json and config.json, as Hugging Face's Transformers reads them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "tokenizer/added_tokens.h"

namespace mha {

class FolderConfig {
 public:
  /// Reads those of the files that `folder` has. Throws Error(data) that names the file for what is no object
  /// in JSON, Error(io) and Error(limit) as read_file.
  explicit FolderConfig(const std::string& folder);

  /// What names the family: tokenizer_class without "Tokenizer", "TokenizerFast" or "Fast", else the family
  /// that Transformers takes for model_type of config.json; in small letters, without - and _ ("bert",
  /// "xlmroberta"). A few model types overrule the class. Nothing if neither is there.
  std::optional<std::string> family() const;

  /// A member of tokenizer_config.json. Throws Error(data) if it is neither true, false nor null.
  std::optional<bool> flag(std::string_view name) const;

  /// A count in tokenizer_config.json. Throws Error(data) if it is neither a whole number nor null.
  std::optional<std::uint32_t> count(std::string_view name) const;

  /// A named special token ("cls_token"): from tokenizer_config.json, else from special_tokens_map.json. A
  /// text stands for a token with no flags but `special`. Throws Error(data) for what is none.
  std::optional<AddedToken> special(std::string_view name) const;

  /// added_tokens_decoder of tokenizer_config.json, else added_tokens.json, by their ids. Throws Error(data)
  /// for what is none.
  std::map<std::uint32_t, AddedToken> added() const;

  /// The list additional_special_tokens (extra_special_tokens, as newer files call it) of
  /// tokenizer_config.json, empty if it is null; nothing if there is none. Throws Error(data) for what is no
  /// list, but for an object, which names them one by one.
  std::optional<std::vector<AddedToken>> additional() const;

  /// The same of special_tokens_map.json.
  std::optional<std::vector<AddedToken>> mapped_additional() const;

  /// The tokens of an object extra_special_tokens of tokenizer_config.json.
  std::vector<AddedToken> named_additional() const;

 private:
  struct File {
    std::string path;
    JsonDocument document;
  };
  static std::optional<std::string> name_in(const std::optional<File>& file, const char* member);
  static std::optional<std::vector<AddedToken>> list_in(const std::optional<File>& file);
  static std::optional<File> read(const std::string& folder, const char* name);

  std::optional<File> tokenizer_, specials_, added_, model_;
};

}  // namespace mha
