#include "tokenizer/models/token_models.h"

#include <fmt/ranges.h>

#include <vector>

#include "base/error.h"
#include "base/nearest.h"
#include "base/utf8.h"
#include "tokenizer/models/bpe_files.h"
#include "tokenizer/models/unigram.h"
#include "tokenizer/models/word_level.h"
#include "tokenizer/models/word_piece_model.h"

namespace mha {
namespace {

bool has_object(const ModelFields& fields) {
  const auto vocab = fields.find("vocab");
  return vocab && vocab->is_object();
}

// In the order in which the official library tries them: WordLevel is a part of WordPiece.
constexpr TokenModelKind kinds[] = {
    {"BPE", [](const ModelFields& fields) { return has_object(fields) && fields.find("merges").has_value(); },
     load_bpe},
    {"WordPiece",
     [](const ModelFields& fields) {
       return has_object(fields) && fields.find("unk_token") && fields.find("continuing_subword_prefix") &&
              fields.find("max_input_chars_per_word");
     },
     load_word_piece},
    {"WordLevel",
     [](const ModelFields& fields) { return has_object(fields) && fields.find("unk_token").has_value(); },
     load_word_level},
    {"Unigram",
     [](const ModelFields& fields) {
       const auto vocab = fields.find("vocab");
       return vocab && vocab->is_array();
     },
     load_unigram},
};

std::vector<std::string_view> names() {
  std::vector<std::string_view> all;
  for (const TokenModelKind& kind : kinds) all.push_back(kind.name);
  return all;
}

const TokenModelKind& kind_of(const ModelFields& fields) {
  const auto type = fields.text("type");
  for (const TokenModelKind& kind : kinds) {
    if (type ? *type == kind.name : kind.fits(fields)) return kind;
  }
  if (type) {
    fail(Status::data, "{}: model.type '{}' is not known{}; known are {}", fields.source(),
         utf8::printable(*type), did_you_mean(*type, names()), fmt::join(names(), ", "));
  }
  fail(Status::data, "{}: model has neither a type nor the members of a known one ({})", fields.source(),
       fmt::join(names(), ", "));
}

}  // namespace

std::span<const TokenModelKind> token_model_kinds() { return kinds; }

std::unique_ptr<TokenModel> load_token_model(JsonValue model, const std::string& source) {
  const ModelFields fields(model, source);
  return kind_of(fields).load(fields);
}

}  // namespace mha
