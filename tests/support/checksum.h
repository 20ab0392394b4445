// Checksums over the bits of results, which every instruction set with FMA of every machine must give.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "kernel/blocks.h"
#include "support/blocks.h"
#include "support/checksums.h"
#include "support/each_target.h"

namespace mha::test {

/// FNV-1a over the bits of floats. All NaN are one: sign and payload of a NaN are each processor's own.
class Checksum {
 public:
  void add(std::span<const float> values) {
    for (const float value : values) {
      const std::uint32_t bits = std::isnan(value) ? 0x7FC00000U : std::bit_cast<std::uint32_t>(value);
      for (int shift = 0; shift < 32; shift += 8) value_ = (value_ ^ (bits >> shift & 0xFF)) * 0x100000001B3;
    }
  }
  void add(const kernel::Blocks& blocks) { add(rows_of(blocks)); }

  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xCBF29CE484222325;
};

inline std::uint64_t expected_checksum(std::string_view name) {
  for (const ExpectedChecksum& each : expected_checksums) {
    if (each.name == name) return each.value;
  }
  return 0;
}

/// Compares what add_results(Checksum&) adds up on every instruction set with FMA of this machine with the
/// checksum of that name.
template <class AddResults>
void check_bits(std::string_view name, AddResults add_results) {
  each_target([&] {
    if (!kernel::target_in_use().fma) return;
    Checksum checksum;
    add_results(checksum);
    CHECK_MESSAGE(checksum.value() == expected_checksum(name),
                  fmt::format("{{\"{}\", {:#018x}}},", name, checksum.value()));
  });
}

}  // namespace mha::test
