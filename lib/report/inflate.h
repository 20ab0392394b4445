// Undoing deflate.
#pragma once

#include <cstddef>
#include <span>

namespace mha {

/// Inflates raw deflate data (RFC 1951) into `to`; true if all of `from` gives just so many bytes. What it
/// gives beyond is not written.
bool inflate_all(std::span<const std::byte> from, std::span<std::byte> to);

}  // namespace mha
