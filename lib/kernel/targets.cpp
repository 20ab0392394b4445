#include "kernel/targets.h"

#include <hwy/highway.h>

#include "base/error.h"
#include "base/nearest.h"

namespace mha::kernel {
namespace {

/// Lower bits are better sets, so a walk from the lowest bit up gives the best first.
std::vector<std::int64_t> bits() {
  std::vector<std::int64_t> result;
  for (std::int64_t rest = hwy::SupportedTargets() & HWY_TARGETS; rest != 0; rest &= rest - 1) {
    result.push_back(rest & -rest);
  }
  return result;
}

Target describe(std::int64_t bit) {
  constexpr std::int64_t without_fma = HWY_SSSE3 | HWY_SSE4 | HWY_SCALAR | HWY_EMU128 | HWY_NEON;
  // AArch64 always fuses; 32-bit NEON may not.
  const bool fma = (bit & without_fma) == 0 || (bit == HWY_NEON && HWY_ARCH_ARM_A64 != 0);
  return {hwy::TargetName(bit), fma};
}

void apply(std::int64_t mask) {
  hwy::SetSupportedTargetsForTest(mask);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace

std::vector<Target> targets() {
  const Target chosen = target_in_use();
  apply(0);
  std::vector<Target> result;
  std::int64_t mask = 0;
  for (std::int64_t bit : bits()) {
    result.push_back(describe(bit));
    if (result.back().name == chosen.name) mask = bit;
  }
  if (result.front().name != chosen.name) apply(mask);
  return result;
}

Target target_in_use() { return describe(bits().front()); }

void use_target(std::optional<std::string_view> name) {
  apply(0);
  if (!name) return;
  std::vector<std::string_view> names;
  for (std::int64_t bit : bits()) {
    names.push_back(hwy::TargetName(bit));
    if (names.back() == *name) return apply(bit);
  }
  fail(Status::usage, "no instruction set '{}' on this machine{}; there are: {}", *name,
       did_you_mean(*name, names), fmt::join(names, ", "));
}

}  // namespace mha::kernel
