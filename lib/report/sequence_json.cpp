#include "report/sequence_json.h"

#include <fmt/format.h>

#include "base/json.h"

namespace mha {
namespace {

/// A list in brackets; write(item) appends one.
template <class Item, class Write>
void append_list(std::string& text, const std::vector<Item>& items, Write write) {
  text += '[';
  for (const Item& item : items) {
    if (&item != items.data()) text += ',';
    write(item);
  }
  text += ']';
}

}  // namespace

std::string token_members_json(const Sequence& sequence, const Tokenizer* tokenizer) {
  if (sequence.ids_are_positions) return R"("ids":null,"tokens":null,"spans":null)";
  std::string text = R"("ids":)";
  const auto append_number = [&](auto number) {
    const fmt::format_int digits(number);
    text.append(digits.data(), digits.size());
  };
  append_list(text, sequence.tokens, [&](const Token& t) { append_number(t.id); });
  if (!sequence.type_ids.empty()) {
    text += R"(,"type_ids":)";
    append_list(text, sequence.type_ids, append_number);
  }
  if (!sequence.text || tokenizer == nullptr) return text + R"(,"tokens":null,"spans":null)";
  text += R"(,"tokens":)";
  append_list(text, sequence.tokens,
              [&](const Token& t) { append_json_quoted(text, tokenizer->piece(t.id)); });
  text += R"(,"spans":)";
  append_list(text, sequence.tokens, [&](const Token& t) {
    text += '[';
    append_number(t.begin);
    text += ',';
    append_number(t.end);
    text += ']';
  });
  return text;
}

}  // namespace mha
