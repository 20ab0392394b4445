// The catalogue of models that a tokenizer.json may have. A new model is one file and two lines: its include
// and its entry in `token_model_kinds`.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "tokenizer/models/model_fields.h"
#include "tokenizer/models/token_model.h"

namespace mha {

struct TokenModelKind {
  std::string_view name;  ///< "type" of the model

  /// Whether a model without "type", as older files have it, is of this kind; the first that fits is meant.
  bool (*fits)(const ModelFields& fields);
  std::unique_ptr<TokenModel> (*load)(const ModelFields& fields);
};

std::span<const TokenModelKind> token_model_kinds();

/// Reads the "model" of a tokenizer.json; what the model needs is copied. `source` names the file in
/// messages. Throws Error(data) for a type that is not known and as the loaders of the kinds do.
std::unique_ptr<TokenModel> load_token_model(JsonValue model, const std::string& source);

}  // namespace mha
