// Limits that the system's control groups (cgroups) set for this process, as containers use them.
#pragma once

#include <filesystem>
#include <optional>

namespace mha {

/// The folder of the process's own group (version 2), if the system has one.
std::optional<std::filesystem::path> control_group();

/// Processors' worth of time that a group and those above it, up to `top`, grant: the least quota / period of
/// their cpu.max (version 2) or cpu.cfs_quota_us and cpu.cfs_period_us (version 1). Nothing where none sets a
/// limit.
std::optional<double> cpu_limit(std::filesystem::path group, const std::filesystem::path& top);

/// The same for this process, in either version.
std::optional<double> cpu_limit();

}  // namespace mha
