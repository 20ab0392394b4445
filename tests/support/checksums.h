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
    {"activation 0", 0x44553166290898df},
    {"activation 1", 0xd9ecb2d9401fdbe6},
    {"activation 2", 0x9c8b276046745e2b},
    {"activation 3", 0xb891a22e9e1f2cb1},
    {"attention 0", 0xea651927b5011478},
    {"attention 1", 0x809833a8dfda9c60},
    {"attention 2", 0x6bc8b5f957e6536f},
    {"attention 3", 0xf1a510879cc83fe0},
    {"box_muller", 0xfad561de63078891},
    {"exp", 0x14966f3c5e41b8ee},
    {"linear, type 0", 0x7595ed41f1e13d6f},
    {"linear, type 1", 0xc38784e20463adaa},
    {"linear, type 2", 0x335e89ea4bba6972},
    {"linear, type 3", 0x18f6a02e730b6d55},
    {"norm", 0x2401425fc1412334},
    {"product, width 16", 0x2acd061c8e7668a7},
    {"product, width 32", 0x92f43bc2d619da93},
    {"product, width 8", 0x13443a1ad643b59a},
    {"softmax, width 16", 0xe164a993dec2c47c},
    {"softmax, width 32", 0x7c74e767dad9ceb9},
    {"softmax, width 8", 0x61f2cc062dfb3cbe},
};

}  // namespace mha::test
