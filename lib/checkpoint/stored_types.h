// The types of numbers that a safetensors file may hold.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/tensor.h"

namespace mha {

struct StoredType {
  std::string_view name;                              ///< as the header writes it
  std::size_t bits;                                   ///< of one number
  std::optional<ElementType> element = std::nullopt;  ///< what a model can compute with
};

/// All of the format (huggingface/safetensors 0.8, tensor.rs, Dtype).
inline constexpr StoredType stored_types[] = {
    {"F64", 64, ElementType::float64},
    {"F32", 32, ElementType::float32},
    {"F16", 16, ElementType::float16},
    {"BF16", 16, ElementType::bfloat16},
    {"BOOL", 8},
    {"U8", 8},
    {"I8", 8},
    {"U16", 16},
    {"I16", 16},
    {"U32", 32},
    {"I32", 32},
    {"U64", 64},
    {"I64", 64},
    {"C64", 64},
    {"F8_E5M2", 8},
    {"F8_E4M3", 8},
    {"F8_E8M0", 8},
    {"F8_E4M3FNUZ", 8},
    {"F8_E5M2FNUZ", 8},
    {"F6_E2M3", 6},
    {"F6_E3M2", 6},
    {"F4", 4},
};

}  // namespace mha
