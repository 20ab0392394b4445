// What layers attend to by config.json: windows and rotations, which may differ from layer to layer.
#pragma once

#include "model/family.h"

namespace mha {

inline constexpr std::string_view full_attention = "full_attention", sliding_attention = "sliding_attention";

/// Fills in the kinds of attention of a model and the kind of each layer: by `layer_types` where config.json
/// has it, else by the family's keys, as configuration_*.py of Transformers derive it. A layer of another
/// type is an unsupported part: those before it can be run. Throws Error(data) for what does not fit.
void read_attention_kinds(const ConfigKeys& keys, const ConfigFile& file, Config& config);

/// The rotation of one kind of attention by `rope_parameters` or the older `rope_scaling`, as
/// modeling_rope_utils.py of Transformers reads them. Throws Error(data) for types that are not known and
/// values that do not fit.
RopeParameters read_rope(const RotaryKeys& keys, const ConfigFile& file, const Config& config,
                         std::string_view kind);

}  // namespace mha
