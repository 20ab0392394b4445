// What Transformers makes of vocabulary files that stand without a tokenizer.json: families with their
// special tokens, as the members of a tokenizer.json beside its model.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/folders/folder_config.h"
#include "tokenizer/models/token_model.h"

namespace mha {

/// A special token that a family has if its files say nothing else; none if the content is empty.
struct UsualToken {
  std::string_view name, content;
  bool lstrip = false;
};

struct TokenizerFamily {
  std::string_view name;
  std::span<const UsualToken> specials;
  /// "@cls_token" stands for a piece and its id, "@id_of_cls_token" for the id. If it is empty, add_bos_token
  /// and add_eos_token of the configuration say what stands around a text, by default nothing.
  std::string_view post_processor;
  bool raw_tokens = false;  ///< added tokens are looked for before texts are normalised, whatever they say
};

/// The one that the configuration names; the first if it names none. Throws Error(data) with those that are
/// known for another.
const TokenizerFamily& family_of(const FolderConfig& config, const std::string& folder,
                                 std::span<const TokenizerFamily> families);

class FamilyDraft {
 public:
  /// `extra` are added tokens that come behind those of the family.
  FamilyDraft(const FolderConfig& config, const TokenizerFamily& family, std::vector<AddedToken> extra = {})
      : config_(config), family_(family), extra_(std::move(extra)) {}

  /// The token of that name in the configuration, or the usual one.
  std::optional<AddedToken> special(std::string_view name) const;

  /// All tokens that are to be taken out of texts.
  std::vector<AddedToken> added() const;

  const FolderConfig& config() const { return config_; }
  bool flag(std::string_view name, bool usual) const { return config_.flag(name).value_or(usual); }

  /// The members of a tokenizer.json but the model; `normalizer` and `pre_tokenizer` are JSON.
  std::string json(const TokenModel& model, std::string_view normalizer,
                   std::string_view pre_tokenizer) const;

 private:
  std::string post_processor(const TokenModel& model, const std::vector<AddedToken>& added) const;
  std::string bos_and_eos() const;

  const FolderConfig& config_;
  const TokenizerFamily& family_;
  std::vector<AddedToken> extra_;
};

}  // namespace mha
