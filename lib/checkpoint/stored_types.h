// The types of numbers that a safetensors file may hold.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/tensor.h"

namespace mha {

enum class NumberKind { real, complex, integer, natural, boolean };

struct StoredType {
  std::string_view name;  ///< as the header writes it
  NumberKind kind;
  std::size_t bits;                                   ///< of one number
  std::optional<ElementType> element = std::nullopt;  ///< what a model can compute with
};

/// All of the format (huggingface/safetensors 0.8, tensor.rs, Dtype).
inline constexpr StoredType stored_types[] = {
    {"F64", NumberKind::real, 64, ElementType::float64},
    {"F32", NumberKind::real, 32, ElementType::float32},
    {"F16", NumberKind::real, 16, ElementType::float16},
    {"BF16", NumberKind::real, 16, ElementType::bfloat16},
    {"BOOL", NumberKind::boolean, 8},
    {"U8", NumberKind::natural, 8},
    {"I8", NumberKind::integer, 8},
    {"U16", NumberKind::natural, 16},
    {"I16", NumberKind::integer, 16},
    {"U32", NumberKind::natural, 32},
    {"I32", NumberKind::integer, 32},
    {"U64", NumberKind::natural, 64},
    {"I64", NumberKind::integer, 64},
    {"C64", NumberKind::complex, 64},
    {"F8_E5M2", NumberKind::real, 8},
    {"F8_E4M3", NumberKind::real, 8},
    {"F8_E8M0", NumberKind::real, 8},
    {"F8_E4M3FNUZ", NumberKind::real, 8},
    {"F8_E5M2FNUZ", NumberKind::real, 8},
    {"F6_E2M3", NumberKind::real, 6},
    {"F6_E3M2", NumberKind::real, 6},
    {"F4", NumberKind::real, 4},
};

}  // namespace mha
