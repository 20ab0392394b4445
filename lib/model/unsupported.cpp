#include "model/unsupported.h"

#include "attention/position.h"
#include "base/utf8.h"
#include "model/families.h"

namespace mha {
namespace {

/// A setting of which one value (or absence) is harmless, or all values are to a family that heeds it.
struct Refusal {
  std::string_view key;
  bool (*harmless)(JsonValue);
  std::string_view supported;
  bool (*heeded)(const Family&) = nullptr;
};

bool is_false(JsonValue value) { return value.boolean() == false; }
bool is_empty(JsonValue value) { return (value.is_object() || value.is_array()) && value.size() == 0; }
bool never(JsonValue) { return false; }
bool rotates(const Family& family) { return family.config.rotary.rotates; }
bool has_buckets(const Family& family) { return !family.config.buckets.count.name.empty(); }

constexpr Refusal refusals[] = {
    // Transformers 5 computes absolute positions whatever it says, which is not the model that was trained.
    {"position_embedding_type", [](JsonValue value) { return value.string() == "absolute"; },
     "only \"absolute\" is", rotates},
    {"rope_scaling", is_empty, "this family does not rotate queries and keys", rotates},
    {"rope_parameters", is_empty, "this family does not rotate queries and keys", rotates},
    {"relative_attention_num_buckets",
     [](JsonValue value) { return value.natural() == std::uint64_t{BucketRule().buckets}; }, "only 32 is",
     has_buckets},
    {"is_decoder", is_false, "only false is"},
    {"add_cross_attention", is_false, "only false is"},
    {"pruned_heads", is_empty, "only models with all their heads are"},
    {"quantization_config", never, "only weights in floating point are"},
    {"per_layer_config", never, "only layers that are all alike are"},
};

/// The family that a class of Transformers belongs to ("BertForMaskedLM"); none if it is not known.
const Family* family_of(std::string_view architecture) {
  const Family* found = nullptr;
  for (const Family* family : all_families) {
    if (!architecture.starts_with(family->class_name)) continue;
    if (found == nullptr || family->class_name.size() > found->class_name.size()) found = family;
  }
  return found;
}

/// Transformers goes by model_type alone.
void check_architectures(const Family& family, const ConfigFile& file) {
  const auto architectures = file.find("architectures");
  if (!architectures) return;
  architectures->each_item([&](JsonValue item) {
    const auto name = item.string();
    const Family* other = name ? family_of(*name) : nullptr;
    if (other == nullptr || other->wiring == family.wiring) return;
    fail(Status::data, "{} has '{}', but model_type is '{}'; one of them is wrong",
         file.label("architectures"), utf8::printable(*name), family.model_type);
  });
}

}  // namespace

void refuse_unsupported(const Family& family, const ConfigFile& file) {
  for (const Refusal& refusal : refusals) {
    const auto value = file.find(refusal.key);
    if (!value || refusal.harmless(*value)) continue;
    if (refusal.heeded != nullptr && refusal.heeded(family)) continue;
    fail(Status::data, "{} is {}, which is not supported; {}", file.label(refusal.key), value->describe(),
         refusal.supported);
  }
  check_architectures(family, file);
}

}  // namespace mha
