// An open file descriptor that closes itself.
#pragma once

#include <unistd.h>

#include <utility>

namespace mha {

/// Owns a descriptor; a negative number is none.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }

  int number() const noexcept { return number_; }

 private:
  int number_;
};

}  // namespace mha
