// Which file of a folder holds the weights.
#pragma once

#include <optional>
#include <string>

namespace mha {

/// The path of a folder's weights: model.safetensors, else model.safetensors.index.json, else its only file
/// *.safetensors; nothing if it has no weights at all. Throws Error: data for weights in another format
/// alone, with the way to convert them, usage for several files of which none is called as one expects.
std::optional<std::string> find_weights(const std::string& folder);

}  // namespace mha
