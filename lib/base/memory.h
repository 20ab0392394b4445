// How much memory there is, asked before it is taken.
#pragma once

#include <cstddef>
#include <string>

namespace mha {

/// Bytes this process may still take: the least of what the system has available, what its control group
/// leaves and what its address-space limit (ulimit -v) leaves.
std::size_t available_memory();

/// "9.4 MB", "1.5 GB": powers of 1000.
std::string to_size_text(std::size_t bytes);

/// Throws Error(limit) with both figures if `bytes` are not available; `what` begins the sentence ("this
/// run").
void require_memory(std::size_t bytes, const std::string& what);

}  // namespace mha
