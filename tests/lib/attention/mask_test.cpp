#include "attention/mask.h"

#include <doctest/doctest.h>

#include <string>

using namespace mha;

namespace {

/// The mask as rows of 1 and 0.
std::string picture(const Mask& mask) {
  std::string rows;
  for (std::size_t q = 0; q < mask.queries; ++q) {
    for (std::size_t k = 0; k < mask.keys; ++k) rows += mask.allows(0, q, k) ? '1' : '0';
    rows += q + 1 < mask.queries ? "/" : "";
  }
  return rows;
}

Mask mask_of(std::size_t queries, std::size_t keys) {
  Mask mask;
  mask.queries = queries;
  mask.keys = keys;
  return mask;
}

}  // namespace

TEST_CASE("causal masks count from the first query and the first key, as PyTorch's is_causal") {
  Mask mask = mask_of(3, 3);
  CHECK(picture(mask) == "111/111/111");
  mask.causal = true;
  CHECK(picture(mask) == "100/110/111");
  mask.keys = 5;
  CHECK(picture(mask) == "10000/11000/11100");
  mask.keys = 2;
  CHECK(picture(mask) == "10/11/11");
}

TEST_CASE("windows are those of Transformers: the last W with causal, at most W away without") {
  Mask mask = mask_of(5, 5);
  mask.window = 2;
  CHECK(picture(mask) == "11100/11110/11111/01111/00111");
  mask.causal = true;
  CHECK(picture(mask) == "10000/11000/01100/00110/00011");
  mask.window = 1;
  CHECK(picture(mask) == "10000/01000/00100/00010/00001");
  mask.window = ~std::size_t{0};
  CHECK(picture(mask) == "10000/11000/11100/11110/11111");
  mask.causal = false;
  CHECK(picture(mask) == "11111/11111/11111/11111/11111");
}

TEST_CASE("a query far behind the last key of a window sees nothing") {
  Mask mask = mask_of(6, 2);
  mask.window = 1;
  CHECK(picture(mask) == "11/11/01/00/00/00");
  CHECK(count_blind_rows(mask, 4) == 12);
}

TEST_CASE("blind rows are counted in each head where heads have masks of their own") {
  Mask mask = mask_of(2, 2);
  const std::uint8_t general[] = {1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1};
  mask.general = general;
  mask.row_stride = 2;
  CHECK(count_blind_rows(mask, 3) == 3);
  mask.head_stride = 4;
  CHECK(count_blind_rows(mask, 3) == 3);
  CHECK(count_blind_rows(mask, 2) == 3);
  CHECK(count_blind_rows(mask, 1) == 1);
}

TEST_CASE("masks are combined: a key must be allowed by each") {
  Mask mask = mask_of(2, 3);
  mask.query = {1, 0};
  mask.key = {0, 1, 1};
  CHECK(picture(mask) == "011/000");
  const std::uint8_t general[] = {1, 1, 0, 1, 1, 1};
  mask.general = general;
  mask.row_stride = 3;
  CHECK(picture(mask) == "010/000");
  CHECK(mask.sees_any(0, 0));
  CHECK_FALSE(mask.sees_any(0, 1));
}
