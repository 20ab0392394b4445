// The page of --save attention.html, before its data is put in.
#pragma once

#include <cstddef>
#include <string_view>

namespace mha {

/// The page as the build put it together (lib/report/page/assemble.cmake): what stands before its data, and
/// what behind.
struct PageParts {
  std::string_view before, behind;
};

PageParts page_parts();

/// A page with more than this of numbers makes browsers slow.
inline constexpr std::size_t most_page_bytes = 64'000'000;

}  // namespace mha
