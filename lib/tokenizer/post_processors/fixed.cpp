// BertProcessing and RobertaProcessing of `tokenizers`: templates that are always the same.
#include "base/error.h"
#include "tokenizer/post_processors/post_processor.h"

namespace mha {
namespace {

/// The id of a member like ["[SEP]", 102].
TemplateItem read_special(const Component& component, std::string_view name) {
  const std::vector<JsonValue> items = component.member(name).items();
  const auto id = items.size() == 2 && items[0].string() ? items[1].natural() : std::nullopt;
  if (!id || *id > 0xFFFFFFFF) component.refuse(name, "a list of a piece and its id");
  return {TemplateItem::Kind::special, static_cast<std::uint32_t>(*id), 0};
}

void set_types(std::vector<Template>& parts, std::uint32_t type_id) {
  for (Template& part : parts) {
    for (TemplateItem& item : part) item.type_id = type_id;
  }
}

void put_around(const TemplateItem& before, Template& part, const TemplateItem& after) {
  part.insert(part.begin(), before);
  part.push_back(after);
}

}  // namespace

void read_bert_processing(const Component& component, PostProcessing& processing) {
  const TemplateItem cls = read_special(component, "cls"), sep = read_special(component, "sep");
  for (auto* parts : {&processing.single, &processing.pair}) {
    put_around(cls, parts->front(), sep);
    for (std::size_t i = 1; i < parts->size(); ++i) {
      (*parts)[i].push_back({sep.kind, sep.id, 1});
    }
  }
}

void read_roberta_processing(const Component& component, PostProcessing& processing) {
  const TemplateItem cls = read_special(component, "cls"), sep = read_special(component, "sep");
  const bool added_space = component.flag("add_prefix_space");
  if (component.flag("trim_offsets")) processing.trims.push_back({added_space});
  for (auto* parts : {&processing.single, &processing.pair}) {
    set_types(*parts, 0);
    put_around(cls, parts->front(), sep);
    for (std::size_t i = 1; i < parts->size(); ++i) put_around(sep, (*parts)[i], sep);
  }
}

}  // namespace mha
