#include "bench/timing.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstddef>

namespace mha {
namespace {

constexpr std::size_t least_repetitions = 3, most_repetitions = 1'000'000;

double seconds_of(const std::function<void()>& work) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace

double faster_half_median(std::vector<double> seconds) {
  assert(!seconds.empty());
  std::sort(seconds.begin(), seconds.end());
  const std::size_t half = (seconds.size() + 1) / 2;
  return (seconds[(half - 1) / 2] + seconds[half / 2]) / 2;
}

double time_of(double seconds, const std::function<void()>& work) {
  work();
  std::vector<double> times;
  double sum = 0;
  while (times.size() < least_repetitions || (sum < seconds && times.size() < most_repetitions)) {
    times.push_back(seconds_of(work));
    sum += times.back();
  }
  return faster_half_median(std::move(times));
}

}  // namespace mha
