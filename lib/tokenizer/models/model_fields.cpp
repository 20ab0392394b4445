#include "tokenizer/models/model_fields.h"

#include "base/error.h"
#include "base/utf8.h"
#include "tokenizer/bert/vocab_txt.h"

namespace mha {
namespace {

[[noreturn]] void fail_type(const std::string& source, std::string_view name, JsonValue value,
                            std::string_view wanted) {
  fail(Status::data, "{}: model.{} is {}, where {} is needed", source, name, value.describe(), wanted);
}

std::uint32_t checked_id(std::string_view piece, JsonValue value, const std::string& source,
                         std::string_view what) {
  const auto id = value.natural();
  if (!id) {
    fail(Status::data, "{}: {}: the id of '{}' is {}; ids are whole numbers from 0", source, what,
         utf8::printable(piece), value.describe());
  }
  if (*id >= max_vocabulary_pieces) {
    fail(Status::limit, "{}: {}: the id of '{}' is {}; the largest that is read is {}", source, what,
         utf8::printable(piece), *id, max_vocabulary_pieces - 1);
  }
  return static_cast<std::uint32_t>(*id);
}

}  // namespace

ModelFields::ModelFields(JsonValue model, const std::string& source) : model_(model), source_(source) {
  if (!model.is_object()) {
    fail(Status::data, "{}: model is {}, where an object is needed", source, model.describe());
  }
}

std::optional<JsonValue> ModelFields::find(std::string_view name) const {
  const auto value = model_.find(name);
  if (value && value->is_null()) return std::nullopt;
  return value;
}

JsonValue ModelFields::require(std::string_view name) const {
  const auto value = find(name);
  if (!value) fail(Status::data, "{}: model.{} is missing", source_, name);
  return *value;
}

bool ModelFields::flag(std::string_view name) const {
  const auto value = find(name);
  if (!value) return false;
  const auto flag = value->boolean();
  if (!flag) fail_type(source_, name, *value, "true or false");
  return *flag;
}

std::optional<std::string> ModelFields::text(std::string_view name) const {
  const auto value = find(name);
  if (!value) return std::nullopt;
  const auto text = value->string();
  if (!text) fail_type(source_, name, *value, "a text");
  return std::string(*text);
}

std::string ModelFields::require_text(std::string_view name) const {
  require(name);
  return *text(name);
}

std::optional<std::uint64_t> ModelFields::natural(std::string_view name) const {
  const auto value = find(name);
  if (!value) return std::nullopt;
  const auto number = value->natural();
  if (!number) fail_type(source_, name, *value, "a whole number from 0");
  return number;
}

std::uint64_t ModelFields::require_natural(std::string_view name) const {
  require(name);
  return *natural(name);
}

void check_piece_count(std::size_t count, const std::string& source, std::string_view what) {
  if (count <= max_vocabulary_pieces) return;
  fail(Status::limit, "{}: {} has {} pieces; a vocabulary holds at most {}", source, what, count,
       max_vocabulary_pieces);
}

void check_piece_size(std::string_view piece, const std::string& source, std::string_view what) {
  if (piece.size() <= max_piece_bytes) return;
  fail(Status::limit, "{}: {}: a piece has {} bytes ('{}...'); the most is {}", source, what, piece.size(),
       utf8::printable(utf8::replace_invalid(piece.substr(0, 16))), max_piece_bytes);
}

std::vector<Vocabulary::Entry> read_vocabulary(JsonValue object, const std::string& source,
                                               std::string_view what) {
  if (!object.is_object()) {
    fail(Status::data, "{}: {} is {}, where an object of pieces and ids is needed", source, what,
         object.describe());
  }
  const std::size_t count = object.size();
  check_piece_count(count, source, what);
  std::vector<Vocabulary::Entry> entries;
  entries.reserve(count);
  object.each_member([&](std::string_view piece, JsonValue value) {
    check_piece_size(piece, source, what);
    entries.push_back({piece, checked_id(piece, value, source, what)});
  });
  return entries;
}

}  // namespace mha
