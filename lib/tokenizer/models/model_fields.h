// Members of the "model" of a tokenizer.json, checked for their types.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "tokenizer/models/vocabulary.h"

namespace mha {

/// The members of one JSON object. All throw Error(data) with the name of the member for a value of another
/// type; a member that is null counts as one that is not there.
class ModelFields {
 public:
  /// `source` names the file in messages. Throws Error(data) if `model` is no object.
  ModelFields(JsonValue model, const std::string& source);

  const std::string& source() const { return source_; }

  std::optional<JsonValue> find(std::string_view name) const;
  JsonValue require(std::string_view name) const;
  bool flag(std::string_view name) const;  ///< false if it is not there
  std::optional<std::string> text(std::string_view name) const;
  std::string require_text(std::string_view name) const;
  std::optional<std::uint64_t> natural(std::string_view name) const;
  std::uint64_t require_natural(std::string_view name) const;

 private:
  JsonValue model_;
  const std::string& source_;
};

/// The pieces and ids of an object {"piece": id, ...}, as views into it; `what` names it in messages
/// ("model.vocab"). Throws Error(data) for anything but whole numbers as ids, and Error(limit) for more
/// pieces, larger ids or longer pieces than a vocabulary may have (vocab_txt.h).
std::vector<Vocabulary::Entry> read_vocabulary(JsonValue object, const std::string& source,
                                               std::string_view what);

/// Throws Error(limit) if a vocabulary may not have that many pieces, or a piece that many bytes.
void check_piece_count(std::size_t count, const std::string& source, std::string_view what);
void check_piece_size(std::string_view piece, const std::string& source, std::string_view what);

}  // namespace mha
