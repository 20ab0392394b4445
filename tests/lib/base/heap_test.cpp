#include "base/heap.h"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

#include "base/buffer.h"

using namespace mha;

TEST_CASE("memory is what it was behind any wish for room") {
  for (const std::size_t bytes :
       {std::size_t{0}, huge_page - 1, 8 * huge_page + 1, std::numeric_limits<std::size_t>::max()}) {
    CAPTURE(bytes);
    make_room(bytes);
    const std::vector<char> large(3 * huge_page, 'a');
    CHECK(large.front() == 'a');
    CHECK(large.back() == 'a');
    const auto zeros = Buffer<char>::zeros(3 * huge_page);
    CHECK(zeros[zeros.size() - 1] == 0);
  }
}
