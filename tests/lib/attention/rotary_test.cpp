#include "attention/rotary.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <span>
#include <vector>

#include "support/numbers.h"

using namespace mha;

namespace {

const std::vector<double> short_factor = {1, 1.5}, long_factor = {2, 4};

RopeParameters parameters(RopeType type) {
  return {.type = type,
          .dims = 4,
          .factor = 2,
          .short_factor = short_factor,
          .long_factor = long_factor,
          .original_max_position_embeddings = 20,
          .max_position_embeddings = 40};
}

}  // namespace

TEST_CASE("one table serves all lengths, but where frequencies depend on them") {
  for (const RopeTypeName& type : rope_types) {
    CAPTURE(type.name);
    Rotary rotary(parameters(type.type), 100);
    const RotaryTable* first = &rotary.table(5);
    CHECK(&rotary.table(20) == first);
    const bool longrope = type.type == RopeType::longrope, dynamic = type.type == RopeType::dynamic;
    CHECK((&rotary.table(21) == first) == !longrope);
    CHECK((&rotary.table(40) == first) == !longrope);
    CHECK((&rotary.table(41) == first) == !(longrope || dynamic));
    CHECK((&rotary.table(100) == &rotary.table(41)) == !dynamic);
    CHECK(&rotary.table(5) == first);
  }
}

TEST_CASE("a table has the cosines and sines of a shorter one, and zeros behind its last position") {
  for (const RopeTypeName& type : rope_types) {
    CAPTURE(type.name);
    Rotary shorter(parameters(type.type), 30), longer(parameters(type.type), 90);
    const RotaryTable &a = shorter.table(30), &b = longer.table(30);
    CHECK(a.dims == 4);
    for (std::size_t pair = 0; pair < 2; ++pair) {
      CHECK(a.stride >= 30 + 32);
      const auto row = [&](const RotaryTable& table, const Buffer<float>& values) {
        return std::span(values.data() + pair * table.stride, table.stride);
      };
      CHECK(test::same_bits(row(a, a.cos).first(30), row(b, b.cos).first(30)));
      CHECK(test::same_bits(row(a, a.sin).first(30), row(b, b.sin).first(30)));
      for (std::size_t p = 30; p < a.stride; ++p) {
        CHECK(row(a, a.cos)[p] == 0);
        CHECK(row(a, a.sin)[p] == 0);
      }
    }
  }
}
