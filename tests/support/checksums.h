// The checksums that results have on every machine. Where the order of operations is changed on purpose they
// change too; tests/neon/run and the tests of a machine with AVX2 must then agree on new ones. This prints
// them all, right or wrong:
//   build/tests/tests -s -tc='*checksum*' | grep -o '{".*},' | sort -u
#pragma once

#include <cstdint>
#include <string_view>

namespace mha::test {

struct ExpectedChecksum {
  std::string_view name;
  std::uint64_t value;
};

inline constexpr ExpectedChecksum expected_checksums[] = {
    {"activation 0", 0x78080fb4a840b0c3},
    {"activation 1", 0x5c1bbdf69bcf5023},
    {"activation 2", 0x9c8b276046745e2b},
    {"activation 3", 0x73e8eef1eb988bda},
    {"attention 0", 0x81eb0de1e872e2fa},
    {"attention 1", 0x526c26d075351ad9},
    {"attention 2", 0xb89e8986e1deabe1},
    {"attention 3", 0x3ae02d3ec61e1e01},
    {"box_muller", 0xfad561de63078891},
    {"exp", 0x2a05333a8bd162de},
    {"linear, type 0", 0x3f0d79d348593853},
    {"linear, type 1", 0x477a578cb4f6c773},
    {"linear, type 2", 0xb0afa6abfa75ef2c},
    {"linear, type 3", 0x7269efd4ecdb137f},
    {"norm", 0x2401425fc1412334},
    {"product, width 16", 0x2acd061c8e7668a7},
    {"product, width 32", 0x92f43bc2d619da93},
    {"product, width 8", 0x13443a1ad643b59a},
    {"softmax, width 16", 0xb94f11421523cade},
    {"softmax, width 32", 0x2e9331678881d303},
    {"softmax, width 8", 0xeb5d71fc458b8c5f},
};

}  // namespace mha::test
