#include "base/parallel.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "base/control_group.h"

namespace mha {
namespace {

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

/// Waits for a condition for as long as the next piece of work is usually away: between two steps of a layer
/// that is less than the system takes to wake a thread (30 to 60 microseconds).
template <class Condition>
void wait_briefly(Condition condition) {
  constexpr std::chrono::microseconds patience(50);
  constexpr int checks_per_look = 16;
  const auto end = std::chrono::steady_clock::now() + patience;
  do {
    for (int i = 0; i < checks_per_look; ++i) {
      if (condition()) return;
#if defined(__x86_64__)
      __builtin_ia32_pause();
#endif
    }
  } while (std::chrono::steady_clock::now() < end);
}

/// Lets a thread run where the caller may, but for the processor that the caller is on: a scheduler may start
/// or wake a thread beside the one that asks for it and leave it there up to its next tick, 4 milliseconds,
/// which is as long as a whole run takes. A wish: without it the work is the same.
void keep_apart(std::thread::native_handle_type thread) {
  cpu_set_t others;
  if (sched_getaffinity(0, sizeof(others), &others) != 0) return;
  const int here = sched_getcpu();
  if (here >= 0 && here < CPU_SETSIZE) CPU_CLR(here, &others);
  if (CPU_COUNT(&others) > 0) pthread_setaffinity_np(thread, sizeof(others), &others);
}

/// Threads beside the calling one, started at first use and kept. (Eigen's pool crashes or hangs when the
/// system starts some of its threads and then refuses one.)
class Helpers {
 public:
  ~Helpers() {
    {
      const std::scoped_lock lock(mutex_);
      ending_ = true;
    }
    wake_.notify_all();
  }

  /// Drains the queue on the calling thread and up to `wanted` others; one that is slow to wake is not waited
  /// for.
  void drain(Queue& queue, std::size_t wanted) {
    start(wanted);
    std::unique_lock lock(mutex_);
    queue_ = &queue;
    places_ = wanted;
    lock.unlock();
    wake_.notify_all();
    queue.drain();
    lock.lock();
    places_ = 0;
    lock.unlock();
    wait_briefly([&] { return busy_ == 0; });
    lock.lock();
    idle_.wait(lock, [&] { return busy_ == 0; });
  }

 private:
  void start(std::size_t wanted) {
    try {
      while (threads_.size() < wanted) {
        keep_apart(threads_.emplace_back([this] { serve(); }).native_handle());
      }
    } catch (const std::system_error&) {  // there are no more; those that run will do
    }
  }

  void serve() {
    while (true) {
      wait_briefly([&] { return ending_ || places_ > 0; });
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return ending_ || places_ > 0; });
      if (ending_) return;
      --places_;
      ++busy_;
      Queue& queue = *queue_;
      lock.unlock();
      queue.drain();
      lock.lock();
      if (--busy_ == 0) idle_.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_, idle_;
  Queue* queue_ = nullptr;
  // Written with the mutex held; read without it only to wait.
  std::atomic<std::size_t> places_ = 0;  ///< helpers that may still take up the queue
  std::atomic<std::size_t> busy_ = 0;    ///< helpers at work on it
  std::atomic<bool> ending_ = false;
  std::vector<std::jthread> threads_;  ///< joined first of all members
};

}  // namespace

std::size_t available_threads() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  const int allowed = std::max(1, CPU_COUNT(&set));
  const double granted = std::ceil(cpu_limit().value_or(allowed));
  return static_cast<std::size_t>(std::clamp(granted, 1.0, static_cast<double>(allowed)));
}

void parallel_for(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work) {
  Queue queue(count, work);
  if (std::min(count, threads) <= 1) {
    queue.drain();
  } else {
    static Helpers helpers;
    helpers.drain(queue, std::min(count, threads) - 1);
  }
  queue.rethrow();
}

}  // namespace mha
