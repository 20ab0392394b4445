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
    {"attention 0", 0x69a90b3799a32a13},
    {"attention 1", 0x171caf87c6cd0578},
    {"attention 2", 0x8704bfc5e33acb52},
    {"attention 3", 0xf698d425f6b2df0d},
    {"attention, positions", 0x225b0fd84b65778c},
    {"attention, rules 0", 0x5ddc2db6364a6782},
    {"attention, rules 1", 0xd2ad9025fc32b9b7},
    {"attention, rules 2", 0x3e5dfb1a06f4dda8},
    {"attention, rules 3", 0xc799090a574a1eb3},
    {"box_muller", 0xfad561de63078891},
    {"exp", 0x2a05333a8bd162de},
    {"exp2", 0xd8c83c8edbf7de1f},
    {"linear, transposed, type 0", 0x2ad14d468c905a78},
    {"linear, transposed, type 1", 0x907b65edea14b8e7},
    {"linear, transposed, type 2", 0x40de33a80d2286c1},
    {"linear, transposed, type 3", 0xac73f24da6093bff},
    {"linear, type 0", 0x78894a00837e39ab},
    {"linear, type 1", 0xe063c3a665e3cb59},
    {"linear, type 2", 0x2c834a46c3a0487e},
    {"linear, type 3", 0x83234af0147aefce},
    {"norm", 0x2401425fc1412334},
    {"norm, rms", 0xe1878e40db480569},
    {"product, width 16", 0xa157ee0b1d87cd0e},
    {"product, width 32", 0x7074049cdf2da808},
    {"product, width 8", 0x722c29d676575e90},
    {"softmax, width 16", 0x3ca17ee830aa98d6},
    {"softmax, width 32", 0x35d44f272a39502e},
    {"softmax, width 8", 0xe4262bad74cacec3},
    {"tanh", 0xae06853437d7faff},
};

}  // namespace mha::test
