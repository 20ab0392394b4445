// A hash of bytes for tables that live in this process.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace mha {
namespace quick_hash_detail {

template <class Word>
std::uint64_t load(const char* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

constexpr std::uint64_t factor = 0x9E3779B97F4A7C15U;

constexpr std::uint64_t mix(std::uint64_t state, std::uint64_t word) {
  state = (state ^ word) * factor;
  return state ^ state >> 32;
}

}  // namespace quick_hash_detail

/// Takes eight bytes at a time; the last words may overlap, which saves a loop. Texts of up to eight bytes
/// and one length never meet. Differs with the byte order of the machine.
inline std::uint64_t quick_hash(std::string_view text) {
  using namespace quick_hash_detail;
  std::uint64_t state = text.size() * factor;
  const char* at = text.data();
  const char* const end = at + text.size();
  if (text.size() < 4) {
    std::uint64_t word = 0;
    for (const char byte : text) word = word << 8 | static_cast<unsigned char>(byte);
    return mix(state, word);
  }
  if (text.size() < 8) return mix(state, load<std::uint32_t>(at) << 32 | load<std::uint32_t>(end - 4));
  for (; end - at > 8; at += 8) state = mix(state, load<std::uint64_t>(at));
  return mix(state, load<std::uint64_t>(end - 8));
}

}  // namespace mha
