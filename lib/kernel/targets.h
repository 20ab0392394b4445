// The instruction sets that the kernels are compiled for, and the one in use.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace mha::kernel {

/// An instruction set by Highway's name ("AVX3" is AVX-512), and whether it fuses multiply and add. Results
/// of the float32 kernels are bit-equal over all sets that do.
struct Target {
  std::string_view name;
  bool fma;
};

/// Those that this build holds and this machine can run, best first; never empty.
std::vector<Target> targets();

/// The one the kernels use: the best, unless use_target chose another.
Target target_in_use();

/// Makes all kernels use that set from now on, or the best again when nothing is given. Not to be called
/// while kernels run. Throws Error(usage) for a name that targets() does not list.
void use_target(std::optional<std::string_view> name);

}  // namespace mha::kernel
