#include "base/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <unsupported/Eigen/CXX11/ThreadPool>

namespace mha {
namespace {

/// Workers beside the calling thread, started at first use and kept; null when the system gives none.
Eigen::ThreadPool* pool(std::size_t workers) {
  static std::unique_ptr<Eigen::ThreadPool> kept;
  if (!kept || static_cast<std::size_t>(kept->NumThreads()) < workers) {
    try {
      kept.reset();
      kept = std::make_unique<Eigen::ThreadPool>(static_cast<int>(workers));
    } catch (const std::exception&) {
      kept.reset();
    }
  }
  return kept.get();
}

/// Indices handed out one by one, and the first failure.
class Queue {
 public:
  Queue(std::size_t count, const std::function<void(std::size_t)>& work) : count_(count), work_(work) {}

  void drain() {
    for (std::size_t i = next_++; i < count_; i = next_++) {
      try {
        work_(i);
      } catch (...) {
        const std::scoped_lock lock(mutex_);
        if (!failure_) failure_ = std::current_exception();
        next_ = count_;
      }
    }
  }

  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  const std::size_t count_;
  const std::function<void(std::size_t)>& work_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::exception_ptr failure_;
};

}  // namespace

std::size_t available_threads() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return static_cast<std::size_t>(std::max(1, CPU_COUNT(&set)));
}

void parallel_for(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work) {
  const std::size_t helpers = std::min(count, threads) > 1 ? std::min(count, threads) - 1 : 0;
  Eigen::ThreadPool* workers = helpers > 0 ? pool(helpers) : nullptr;
  Queue queue(count, work);
  if (workers == nullptr) {
    queue.drain();
  } else {
    Eigen::Barrier barrier(static_cast<unsigned>(helpers));
    for (std::size_t i = 0; i < helpers; ++i) {
      workers->Schedule([&] {
        queue.drain();
        barrier.Notify();
      });
    }
    queue.drain();
    barrier.Wait();
  }
  queue.rethrow();
}

}  // namespace mha
