// Memory for numbers: aligned for vector loads, zeroed or left as it comes.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <span>

namespace mha {

/// Owns `size` values of a plain type, aligned to 64 bytes; moves, does not copy.
/// Allocation throws std::bad_alloc, which main reports as status 5.
template <class T>
class Buffer {
 public:
  static constexpr std::size_t alignment = 64;

  Buffer() = default;

  /// Contents are indeterminate: for what is written whole before it is read.
  static Buffer uninitialised(std::size_t size) { return Buffer(size); }

  static Buffer zeros(std::size_t size) {
    Buffer buffer(size);
    if (size != 0) std::memset(buffer.data(), 0, size * sizeof(T));
    return buffer;
  }

  T* data() noexcept { return data_.get(); }
  const T* data() const noexcept { return data_.get(); }
  std::size_t size() const noexcept { return size_; }
  std::span<T> span() noexcept { return {data(), size_}; }
  std::span<const T> span() const noexcept { return {data(), size_}; }
  T& operator[](std::size_t i) noexcept { return data_[i]; }
  const T& operator[](std::size_t i) const noexcept { return data_[i]; }

 private:
  struct Free {
    void operator()(T* memory) const noexcept { std::free(memory); }
  };

  explicit Buffer(std::size_t size) : size_(size) {
    if (size == 0) return;
    if (size > (std::numeric_limits<std::size_t>::max() - alignment) / sizeof(T)) throw std::bad_alloc();
    const std::size_t bytes = (size * sizeof(T) + alignment - 1) / alignment * alignment;
    data_.reset(static_cast<T*>(std::aligned_alloc(alignment, bytes)));
    if (!data_) throw std::bad_alloc();
  }

  std::unique_ptr<T[], Free> data_;
  std::size_t size_ = 0;
};

}  // namespace mha
