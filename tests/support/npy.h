// Writes .npy files by hand, also such as no program should.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace mha::test {

/// A file of version 1.0 with this header and data.
inline std::string npy_file(std::string header, const std::string& data) {
  header.append(63 - (header.size() + 10) % 64, ' ');
  header += '\n';
  std::string file("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(header.size() & 0xFF);
  file += static_cast<char>(header.size() >> 8);
  return file + header + data;
}

/// numpy.save of an array of `type` ("<f4") and `shape` ("2, 2").
inline std::string npy(const std::string& type, const std::string& shape, const std::string& data,
                       bool fortran_order = false) {
  return npy_file("{'descr': '" + type + "', 'fortran_order': " + (fortran_order ? "True" : "False") +
                      ", 'shape': (" + shape + "), }",
                  data);
}

/// The bytes of numbers, as they lie in memory.
template <class T>
std::string bytes_of(const std::vector<T>& numbers) {
  std::string bytes(numbers.size() * sizeof(T), '\0');
  if (!numbers.empty()) std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

}  // namespace mha::test
