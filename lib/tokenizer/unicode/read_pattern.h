// The member "pattern" of Replace and Split.
#pragma once

#include <memory>

#include "tokenizer/component.h"
#include "tokenizer/unicode/pattern.h"

namespace mha {

/// {"String": …} or {"Regex": …}. Throws Error(data) for anything else.
std::unique_ptr<Pattern> read_pattern(const Component& component);

}  // namespace mha
