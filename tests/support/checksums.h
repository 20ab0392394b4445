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
    {"attention 0", 0xfcdc19631985e56e},
    {"attention 1", 0x1aeacb79bb2ef241},
    {"attention 2", 0xab7b96f11bc428b2},
    {"attention 3", 0x1f553642d2d5d532},
    {"box_muller", 0xfad561de63078891},
    {"exp", 0x2a05333a8bd162de},
    {"linear, type 0", 0x78894a00837e39ab},
    {"linear, type 1", 0xe063c3a665e3cb59},
    {"linear, type 2", 0x2c834a46c3a0487e},
    {"linear, type 3", 0x83234af0147aefce},
    {"norm", 0x2401425fc1412334},
    {"product, width 16", 0x52acbd5b9203fbca},
    {"product, width 32", 0xe6a232347d39b3a6},
    {"product, width 8", 0x9f45e27f9658401c},
    {"softmax, width 16", 0xb94f11421523cade},
    {"softmax, width 32", 0x2e9331678881d303},
    {"softmax, width 8", 0xeb5d71fc458b8c5f},
};

}  // namespace mha::test
