// What the processor can do at most: the measure that kernels are held against.
#pragma once

#include <cstddef>
#include <span>

namespace mha::kernel {

/// Keeps the multiply-add units of one processor busy for `rounds` rounds, with registers alone and enough
/// independent chains to hide the latency. Gives the floating-point operations done: a multiply-add of one
/// lane is two, whether the instruction set in use fuses it or not.
double spin_multiply_adds(std::size_t rounds);

/// Reads all numbers once, in order, and gives their sum, of which only the reading matters.
float read_all(std::span<const float> numbers);

}  // namespace mha::kernel
