#include "model/selection.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"

namespace mha {

std::vector<std::size_t> select(const Selection& selection, std::size_t count, std::string_view option) {
  std::vector<std::size_t> numbers;
  if (selection.empty()) {
    numbers.resize(count);
    std::iota(numbers.begin(), numbers.end(), std::size_t{0});
    return numbers;
  }
  const auto total = static_cast<std::int64_t>(count);
  const auto place = [&](std::int64_t number) {
    if (number < -total || number >= total) {
      fail(Status::usage, "{}: there is no {}; there are 0 to {} (-1 is the last)", option, number,
           total - 1);
    }
    return number < 0 ? number + total : number;
  };
  for (const IndexRange& range : selection) {
    const std::int64_t first = place(range.first), last = place(range.last);
    if (first > last) {
      fail(Status::usage, "{}: {}-{} runs backwards; give the smaller number first", option, range.first,
           range.last);
    }
    for (std::int64_t number = first; number <= last; ++number) {
      numbers.push_back(static_cast<std::size_t>(number));
    }
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

}  // namespace mha
