#include "kernel/mersenne_twister.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "support/each_target.h"

using mha::kernel::MersenneTwister;
using mha::test::each_target;

namespace {

std::vector<std::uint32_t> fill(MersenneTwister& engine, std::size_t count) {
  std::vector<std::uint32_t> out(count);
  engine.fill(out);
  return out;
}

std::vector<std::uint32_t> expected(std::mt19937& engine, std::size_t count) {
  std::vector<std::uint32_t> out(count);
  for (std::uint32_t& draw : out) draw = static_cast<std::uint32_t>(engine());
  return out;
}

}  // namespace

TEST_CASE("the engine gives PyTorch's published numbers for seed 137") {
  MersenneTwister engine(137);
  CHECK(fill(engine, 5) ==
        std::vector<std::uint32_t>{4053805790u, 2173880614u, 380293709u, 1237255315u, 2986595568u});
}

TEST_CASE("the engine draws what std::mt19937 draws, in pieces of any size") {
  each_target([] {
    for (std::uint32_t seed : {0u, 1u, 42u, 0xffffffffu}) {
      MersenneTwister engine(seed);
      std::mt19937 standard(seed);
      for (std::size_t count : {1, 2, 15, 16, 17, 573, 0, 624, 625, 20000, 3, 1248}) {
        CHECK(fill(engine, count) == expected(standard, count));
      }
    }
  });
}

TEST_CASE("draws can be skipped from any place") {
  each_target([] {
    for (std::size_t before : {0, 1, 100, 623, 624, 625}) {
      for (std::uint64_t skipped : {0, 1, 15, 523, 524, 525, 623, 624, 625, 1247, 1248, 1249, 1'000'007}) {
        CAPTURE(before);
        CAPTURE(skipped);
        MersenneTwister engine(5);
        std::mt19937 standard(5);
        CHECK(fill(engine, before) == expected(standard, before));
        engine.discard(skipped);
        standard.discard(skipped);
        CHECK(engine.position() == before + skipped);
        CHECK(fill(engine, 700) == expected(standard, 700));
        CHECK(engine.position() == before + skipped + 700);
      }
    }
  });
}

TEST_CASE("uniform floats are a draw's low 24 bits, scaled with one rounding") {
  each_target([] {
    for (const auto& [from, to] : {std::pair{0.0f, 1.0f}, {-0.036084391f, 0.036084391f}, {-3.1f, 100.7f}}) {
      MersenneTwister engine(9);
      std::mt19937 standard(9);
      for (std::size_t count : {1, 5, 16, 31, 5000}) {
        std::vector<float> out(count + 1, 7.0f);
        engine.uniform(std::span(out).first(count), from, to);
        for (std::size_t i = 0; i < count; ++i) {
          const auto u = static_cast<float>(standard() & 0xffffff) * 0x1p-24f;
          REQUIRE(out[i] == std::fma(u, to - from, from));
        }
        CHECK(out[count] == 7.0f);
      }
    }
  });
}

TEST_CASE("a uniform float never reaches the upper end") {
  each_target([] {
    std::vector<float> out(1000);
    MersenneTwister(0).uniform(out, 1.0f, std::nextafter(1.0f, 2.0f));
    CHECK(out == std::vector<float>(1000, 1.0f));
  });
}
