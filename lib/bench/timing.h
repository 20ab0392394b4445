// How long something takes, on a machine that may be busy with other things.
#pragma once

#include <functional>
#include <vector>

namespace mha {

/// The median of the faster half (of an odd number, the middle one included): what disturbs a repetition
/// only ever makes it slower. `seconds` is not empty.
double faster_half_median(std::vector<double> seconds);

/// The faster_half_median of repetitions of work(), in seconds: as many as fit into `seconds`, but at least
/// 3, after one that is not counted.
double time_of(double seconds, const std::function<void()>& work);

}  // namespace mha
