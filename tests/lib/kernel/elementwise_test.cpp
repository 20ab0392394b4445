#include "kernel/elementwise.h"

#include <doctest/doctest.h>

#include <vector>

#include "support/blocks.h"
#include "support/each_target.h"
#include "support/numbers.h"

using namespace mha;
using kernel::Blocks;
using test::blocks_of;
using test::rows_of;

TEST_CASE("sums and products of activations are those of their numbers, on every instruction set") {
  const std::size_t features = 13;
  for (const std::size_t threads : {1, 3}) {
    test::each_target([&] {
      std::vector<Blocks> sums, products, others;
      std::vector<std::vector<float>> a, b;
      for (const std::size_t tokens : {1, 7, 8, 9, 31, 33, 100}) {
        a.push_back(test::normals(tokens * features, 1));
        b.push_back(test::normals(tokens * features, 2));
        sums.push_back(blocks_of(a.back(), features));
        products.push_back(blocks_of(a.back(), features));
        others.push_back(blocks_of(b.back(), features));
      }
      kernel::add(sums, others, threads);
      kernel::multiply(products, others, threads);
      for (std::size_t i = 0; i < a.size(); ++i) {
        std::vector<float> sum, product;
        for (std::size_t j = 0; j < a[i].size(); ++j) {
          sum.push_back(a[i][j] + b[i][j]);
          product.push_back(a[i][j] * b[i][j]);
        }
        CHECK(rows_of(sums[i]) == sum);
        CHECK(rows_of(products[i]) == product);
      }
    });
  }
}
