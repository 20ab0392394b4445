#include "base/control_group.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>

namespace mha {
namespace {

namespace fs = std::filesystem;

const fs::path mount = "/sys/fs/cgroup";

/// Whether one of the names between commas is that one; of an empty list the empty name.
bool lists(std::string_view names, std::string_view wanted) {
  while (true) {
    const std::size_t comma = names.find(',');
    if (names.substr(0, comma) == wanted) return true;
    if (comma == std::string_view::npos) return false;
    names.remove_prefix(comma + 1);
  }
}

/// The path that a line of /proc/self/cgroup ("4:cpu,cpuacct:/path", "0::/path" in version 2) gives for a
/// controller.
std::optional<std::string> path_for(std::string_view controller) {
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string_view names = std::string_view(line).substr(first + 1, second - first - 1);
    if (lists(names, controller)) return line.substr(second + 1);
  }
  return {};
}

std::optional<double> own_limit(const fs::path& group) {
  double quota = 0, period = 0;
  if (std::ifstream both(group / "cpu.max"); both >> quota >> period && period > 0) return quota / period;
  std::ifstream quotas(group / "cpu.cfs_quota_us"), periods(group / "cpu.cfs_period_us");
  if (quotas >> quota && periods >> period && quota > 0 && period > 0) return quota / period;
  return {};
}

}  // namespace

std::optional<fs::path> control_group() {
  const std::optional<std::string> path = path_for("");
  if (!path) return {};
  return fs::path(mount.string() + *path);
}

std::optional<double> cpu_limit(fs::path group, const fs::path& top) {
  std::optional<double> least;
  while (true) {
    if (const auto limit = own_limit(group)) least = std::min(*limit, least.value_or(*limit));
    if (group == top || !group.has_relative_path()) return least;
    group = group.parent_path();
  }
}

std::optional<double> cpu_limit() {
  if (const auto group = control_group()) {
    if (const auto limit = cpu_limit(*group, mount)) return limit;
  }
  const std::optional<std::string> path = path_for("cpu");
  if (!path) return {};
  const fs::path top = mount / "cpu";
  return cpu_limit(fs::path(top.string() + (*path == "/" ? "" : *path)), top);
}

}  // namespace mha
