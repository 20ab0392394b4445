#include "model/selection.h"

#include "base/error.h"

namespace mha {
namespace {

/// The number itself, or counted from the end.
std::size_t place_of(std::int64_t number, std::size_t count, std::string_view option) {
  const auto total = static_cast<std::int64_t>(count);
  if (number >= -total && number < total) {
    return static_cast<std::size_t>(number < 0 ? number + total : number);
  }
  const std::string there =
      count == 1 ? "there is only 0" : fmt::format("there are 0 to {} (-1 is the last)", count - 1);
  fail(Status::usage, "{}: there is no {}; {}", option, number, there);
}

}  // namespace

std::vector<std::size_t> select(const Selection& selection, std::size_t count, std::string_view option) {
  std::vector<bool> selected(count, selection.empty());
  for (const IndexRange& range : selection) {
    const std::size_t first = place_of(range.first, count, option),
                      last = place_of(range.last, count, option);
    if (first > last) {
      fail(Status::usage, "{}: {}-{} runs backwards; give the smaller number first", option, range.first,
           range.last);
    }
    for (std::size_t number = first; number <= last; ++number) selected[number] = true;
  }
  std::vector<std::size_t> numbers;
  for (std::size_t number = 0; number < count; ++number) {
    if (selected[number]) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace mha
