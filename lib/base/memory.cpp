#include "base/memory.h"

#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>

#include "base/control_group.h"
#include "base/error.h"

namespace mha {
namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

/// The number in a file that holds nothing else ("max" and a missing file mean no limit).
std::size_t number_in(const std::string& path) {
  std::ifstream file(path);
  std::size_t number = 0;
  return file >> number ? number : unlimited;
}

std::size_t system_memory() {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    std::size_t kibibytes = 0;
    if (words >> name >> kibibytes && name == "MemAvailable:") return kibibytes * 1024;
  }
  return unlimited;
}

/// What the process's own control group (version 2) leaves; page cache counts as used, so this is cautious.
std::size_t group_memory() {
  const auto group = control_group();
  if (!group) return unlimited;
  const std::size_t most = number_in(*group / "memory.max");
  const std::size_t used = number_in(*group / "memory.current");
  if (most == unlimited || used == unlimited) return unlimited;
  return most > used ? most - used : 0;
}

std::size_t address_space() {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return unlimited;
  std::ifstream file("/proc/self/statm");
  std::size_t pages = 0;
  file >> pages;
  const std::size_t used = pages * 4096;
  return limit.rlim_cur > used ? limit.rlim_cur - used : 0;
}

}  // namespace

std::size_t available_memory() { return std::min({system_memory(), group_memory(), address_space()}); }

std::string to_size_text(std::size_t bytes) {
  static constexpr const char* units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  auto amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; amount >= 1000; ++unit) amount /= 1000;
  return fmt::format("{:.1f} {}", amount, units[unit]);
}

void require_memory(std::size_t bytes, const std::string& what) {
  // Below this the answer does not matter and the question costs more than the work.
  constexpr std::size_t small = std::size_t{64} << 20;
  if (bytes < small) return;
  const std::size_t available = available_memory();
  if (bytes <= available) return;
  fail(Status::limit, "{} needs {} of memory, but only {} are available; give smaller sizes or fewer tokens",
       what, to_size_text(bytes), to_size_text(available));
}

}  // namespace mha
