#include "bench/operations.h"

#include <doctest/doctest.h>

using namespace mha;

namespace {

Config config_of(std::size_t hidden, std::size_t heads, std::size_t kv_heads, std::size_t head_dim) {
  return {.vocab_size = 1,
          .hidden_size = hidden,
          .num_attention_heads = heads,
          .num_key_value_heads = kv_heads,
          .head_dim = head_dim};
}

}  // namespace

TEST_CASE("operations of a layer are 8 B n d^2 + 4 B n^2 d") {
  const Config config = config_of(768, 12, 12, 64);
  const double d = 768, n = 5, batch = 3;
  CHECK(operations_of(config, What::layer, {.batch = 3, .tokens = 5}, false) ==
        8 * batch * n * d * d + 4 * batch * n * n * d);
}

TEST_CASE("a causal layer counts the pairs that are visible") {
  const Config config = config_of(6, 3, 3, 2);
  CHECK(operations_of(config, What::layer, {.batch = 1, .tokens = 4}, true) ==
        8 * 4 * 36 + 4 * (4 + 3 + 2 + 1) * 6);
}

TEST_CASE("grouped heads of any size count as the products they are") {
  const Config config = config_of(10, 4, 2, 3);
  // Query and output 10 x 12, key and value 10 x 6; scores and weights times values for four heads of 3.
  CHECK(operations_of(config, What::layer, {.batch = 1, .tokens = 7}, false) ==
        2 * (2 * 7 * 10 * 12 + 2 * 7 * 10 * 6 + 2 * 7 * 7 * 12));
}

TEST_CASE("an encoder adds its feed-forward and counts all layers") {
  Config config = config_of(8, 2, 2, 4);
  config.num_layers = 3;
  config.intermediate_size = 32;
  CHECK(operations_of(config, What::encoder, {.batch = 2, .tokens = 5}, false) ==
        3 * (8 * 2 * 5 * 64 + 4 * 2 * 25 * 8 + 4 * 2 * 5 * 8 * 32));
}

TEST_CASE("a product of matrices is 2 n in out") {
  CHECK(operations_of(config_of(8, 3, 1, 5), What::gemm, {.batch = 2, .tokens = 7}, false) ==
        2 * 2 * 7 * 8 * 15);
}
