// Settings of a config.json that no family here computes.
#pragma once

#include "model/config_file.h"
#include "model/family.h"

namespace mha {

/// Throws Error(data) for a setting that would change the arithmetic in a way that is not supported, and for
/// architectures that are of another family than the model_type: a wrong number would be the only sign.
void refuse_unsupported(const Family& family, const ConfigFile& file);

}  // namespace mha
