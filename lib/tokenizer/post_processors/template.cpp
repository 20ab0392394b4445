// TemplateProcessing of `tokenizers`.
#include <map>

#include "base/error.h"
#include "tokenizer/post_processors/post_processor.h"

namespace mha {
namespace {

using Specials = std::map<std::string_view, std::vector<std::uint32_t>, std::less<>>;

/// {"[CLS]": {"id": "[CLS]", "ids": [101], "tokens": ["[CLS]"]}, …}: the ids of each.
Specials read_specials(const Component& component) {
  Specials specials;
  const Component all = component.component("special_tokens");
  all.value().each_member([&](std::string_view name, JsonValue) {
    const Component special = all.component(name);
    std::vector<std::uint32_t>& ids = specials[name];
    for (const JsonValue item : special.member("ids").items()) {
      const auto id = item.natural();
      if (!id || *id > 0xFFFFFFFF) special.refuse("ids", "a list of ids");
      ids.push_back(static_cast<std::uint32_t>(*id));
    }
    if (ids.empty()) special.refuse("ids", "a list of ids");
  });
  return specials;
}

/// {"SpecialToken": {"id": "[CLS]", "type_id": 0}} or {"Sequence": {"id": "A", "type_id": 0}}. Each piece is
/// a part by itself, as the parts of `tokenizers` are.
Template read_part(const Component& piece, const Specials& specials, const std::vector<Template>& texts) {
  if (!piece.value().find("SpecialToken")) {
    constexpr std::string_view names[] = {"A", "B"};
    const Component sequence = piece.component("Sequence");
    const std::size_t which = sequence.choice("id", names);
    if (which >= texts.size()) sequence.refuse("id", "A, the only text that there is");
    Template part = texts[which];
    for (TemplateItem& item : part) item.type_id = sequence.natural("type_id");
    return part;
  }
  const Component special = piece.component("SpecialToken");
  const auto found = specials.find(special.text("id"));
  if (found == specials.end()) special.refuse("id", "one of 'special_tokens'");
  Template part;
  for (const std::uint32_t id : found->second) {
    part.push_back({TemplateItem::Kind::special, id, special.natural("type_id")});
  }
  return part;
}

std::vector<Template> read_parts(const Component& component, std::string_view name, const Specials& specials,
                                 const std::vector<Template>& texts) {
  std::vector<Template> parts;
  for (const Component& piece : component.components(name)) {
    parts.push_back(read_part(piece, specials, texts));
  }
  if (parts.empty()) component.refuse(name, "a list with at least one text");
  return parts;
}

}  // namespace

void read_template_processing(const Component& component, PostProcessing& processing) {
  // What stands before in a sequence may have made more parts than there are texts.
  if (processing.single.size() != 1 || processing.pair.size() != 2) {
    fail(Status::data, "{}: a second template cannot follow the first", component.place());
  }
  const Specials specials = read_specials(component);
  processing.single = read_parts(component, "single", specials, processing.single);
  processing.pair = read_parts(component, "pair", specials, processing.pair);
}

}  // namespace mha
