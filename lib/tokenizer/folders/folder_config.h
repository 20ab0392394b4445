// What the files beside a vocabulary say of it: tokenizer_config.json, special_tokens_map.json,
// added_tokens.json and config.json, as Hugging Face's Transformers reads them.
#pragma once

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

  /// What names the family: tokenizer_class without "Tokenizer", "TokenizerFast" or "Fast", else model_type
  /// of config.json; in small letters, without - and _ ("bert", "xlmroberta"). Nothing if neither is there.
  std::optional<std::string> family() const;

  /// A member of tokenizer_config.json. Throws Error(data) if it is neither true, false nor null.
  std::optional<bool> flag(std::string_view name) const;

  /// A named special token ("cls_token"): from tokenizer_config.json, else from special_tokens_map.json. A
  /// text stands for a token with no flags but `special`. Throws Error(data) for what is none.
  std::optional<AddedToken> special(std::string_view name) const;

  /// added_tokens_decoder of tokenizer_config.json, else added_tokens.json, in order of their ids. Throws
  /// Error(data) for what is none.
  std::vector<AddedToken> added() const;

 private:
  struct File {
    std::string path;
    JsonDocument document;
  };
  static std::optional<File> read(const std::string& folder, const char* name);

  std::optional<File> tokenizer_, specials_, added_, model_;
};

}  // namespace mha
