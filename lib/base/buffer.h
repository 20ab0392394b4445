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

/// Blocks of this many bytes and more lie in huge pages where the system has them: a page of 4 KiB costs 0.2
/// to 1.3 microseconds when it is first touched, which is more than most kernels take to fill it.
inline constexpr std::size_t huge_page = std::size_t{2} << 20;

/// Memory of `bytes` > 0 bytes, aligned to 64 bytes at least, to be given to free_aligned. Throws
/// std::bad_alloc.
void* allocate_aligned(std::size_t bytes);

/// Gives back memory of so many bytes, or keeps it for the next that needs about as much: up to 128 MiB are
/// kept.
void free_aligned(void* memory, std::size_t bytes) noexcept;

/// Owns `size` values of a plain type, aligned to 64 bytes; moves, does not copy.
/// Allocation throws std::bad_alloc, which main reports as status 5.
template <class T>
class Buffer {
 public:
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
    void operator()(T* memory) const noexcept { free_aligned(memory, bytes); }
    std::size_t bytes = 0;
  };

  explicit Buffer(std::size_t size) : size_(size) {
    if (size == 0) return;
    if (size > std::numeric_limits<std::ptrdiff_t>::max() / sizeof(T)) throw std::bad_alloc();
    const std::size_t bytes = size * sizeof(T);
    data_ = {static_cast<T*>(allocate_aligned(bytes)), Free{bytes}};
  }

  std::unique_ptr<T[], Free> data_;
  std::size_t size_ = 0;
};

}  // namespace mha
