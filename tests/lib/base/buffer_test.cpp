#include "base/buffer.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

using namespace mha;

TEST_CASE("buffers of any size are aligned, and writable to their last value") {
  for (const std::size_t size : {std::size_t{1}, std::size_t{1000}, huge_page / 4 - 1, huge_page + 3}) {
    auto buffer = Buffer<float>::uninitialised(size);
    CHECK(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64 == 0);
    buffer[0] = buffer[size - 1] = 1;
    CHECK(buffer.span().size() == size);
  }
}

TEST_CASE("zeros are zeros where pages are huge too") {
  const auto buffer = Buffer<double>::zeros(huge_page);
  for (const double value : buffer.span()) REQUIRE(value == 0);
}

TEST_CASE("a size that memory cannot hold is refused") {
  CHECK_THROWS_AS(Buffer<float>::uninitialised(std::numeric_limits<std::size_t>::max() / 2), std::bad_alloc);
  CHECK_THROWS_AS(Buffer<float>::uninitialised(std::numeric_limits<std::size_t>::max() / 5), std::bad_alloc);
}
