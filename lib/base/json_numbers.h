// Whole numbers in JSON that no 64 bits can hold.
#pragma once

#include <string>
#include <string_view>

namespace mha {

/// The text with "e0" behind each whole number beyond 64 bits, which makes a double of it: simdjson refuses
/// such numbers, and files have them ("model_max_length": 1000000000000000019884624838656). Nothing else
/// changes, whether it is JSON or not.
std::string with_large_numbers_as_doubles(std::string_view text);

}  // namespace mha
