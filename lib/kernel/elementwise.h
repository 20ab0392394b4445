// Sums and products of activations, number by number.
#pragma once

#include <cstddef>
#include <span>

#include "kernel/blocks.h"

namespace mha::kernel {

/// sums[i] += addends[i] for sequences [tokens, features] of the same sizes.
void add(std::span<Blocks> sums, std::span<const Blocks> addends, std::size_t threads);

/// products[i] *= factors[i] likewise: a feed-forward whose one half is gated by the other.
void multiply(std::span<Blocks> products, std::span<const Blocks> factors, std::size_t threads);

}  // namespace mha::kernel
