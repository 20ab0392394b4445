#include "tokenizer/post_processors/post_processor.h"

namespace mha {
namespace {

struct Entry {
  std::string_view type;
  void (*read)(const Component&, PostProcessing&);
};

constexpr Entry entries[] = {
    {"BertProcessing", read_bert_processing},         {"ByteLevel", read_byte_level_processing},
    {"RobertaProcessing", read_roberta_processing},   {"Sequence", read_post_processor_sequence},
    {"TemplateProcessing", read_template_processing},
};

}  // namespace

PostProcessing::PostProcessing()
    : single{{{TemplateItem::Kind::first, 0, 0}}},
      pair{{{TemplateItem::Kind::first, 0, 0}}, {{TemplateItem::Kind::second, 0, 1}}} {}

Template PostProcessing::join(const std::vector<Template>& parts) {
  Template joined;
  for (const Template& part : parts) joined.insert(joined.end(), part.begin(), part.end());
  return joined;
}

void read_post_processor(const Component& component, PostProcessing& processing) {
  return entry_of(entries, component).read(component, processing);
}

void read_post_processor_sequence(const Component& component, PostProcessing& processing) {
  for (const Component& part : component.components("processors")) read_post_processor(part, processing);
}

}  // namespace mha
