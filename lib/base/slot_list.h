// A list that a signal handler can walk at any moment.
#pragma once

#include <atomic>
#include <mutex>
#include <utility>

namespace mha {

/// Values that come and go while a handler may look at them: slots are added and used again, never freed, so
/// that a walk needs no lock. Meant for a few values with static storage.
template <class T>
class SlotList {
 public:
  class Slot {
   public:
    const T& value() const noexcept { return value_; }

   private:
    friend class SlotList;
    T value_;
    std::atomic<bool> filled_ = false;
    Slot* next_ = nullptr;
  };

  constexpr SlotList() = default;
  SlotList(const SlotList&) = delete;
  SlotList& operator=(const SlotList&) = delete;

  Slot& add(T value) {
    const std::lock_guard lock(mutex_);
    Slot& slot = empty_slot();
    slot.value_ = std::move(value);
    slot.filled_.store(true, std::memory_order_release);
    return slot;
  }

  /// The slot may be used again for another value.
  void remove(Slot& slot) noexcept {
    const std::lock_guard lock(mutex_);
    slot.filled_.store(false, std::memory_order_release);
  }

  /// Calls use(value) for each value. Takes no lock and no memory.
  template <class Use>
  void each(Use use) const noexcept {
    for (const Slot* slot = first_.load(std::memory_order_acquire); slot != nullptr; slot = slot->next_) {
      if (slot->filled_.load(std::memory_order_acquire)) use(slot->value_);
    }
  }

 private:
  Slot& empty_slot() {
    Slot* const first = first_.load(std::memory_order_relaxed);
    for (Slot* slot = first; slot != nullptr; slot = slot->next_) {
      if (!slot->filled_.load(std::memory_order_relaxed)) return *slot;
    }
    Slot* const slot = new Slot;
    slot->next_ = first;
    first_.store(slot, std::memory_order_release);
    return *slot;
  }

  std::mutex mutex_;
  std::atomic<Slot*> first_ = nullptr;
};

}  // namespace mha
