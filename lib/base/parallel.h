// Work on several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace mha {

/// Processors this process may use: those of its affinity mask, or as many as its control groups grant it the
/// time of if that is less; at least 1.
std::size_t available_threads();

/// Calls work(i) for each i in [0, count) on up to `threads` threads, the calling one included; order is
/// free. Threads that cannot be started are done without. The first exception that a call throws is thrown
/// here, after all threads have stopped; calls not yet begun are then left out. Not to be nested.
void parallel_for(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work);

}  // namespace mha
