#include "tokenizer/normalizers/charsmap.h"

#include <cstring>

namespace mha {
namespace {

std::uint32_t offset(std::uint32_t unit) { return unit >> 10 << ((unit & 1U << 9) >> 6); }
bool has_leaf(std::uint32_t unit) { return (unit >> 8 & 1) != 0; }
std::uint32_t label(std::uint32_t unit) { return unit & (1U << 31 | 0xFF); }
std::uint32_t value(std::uint32_t leaf) { return leaf & 0x7FFFFFFF; }

}  // namespace

Charsmap::Charsmap(std::string_view bytes) {
  std::uint32_t trie_size = 0;
  std::memcpy(&trie_size, bytes.data(), sizeof trie_size);
  units_.resize(trie_size / sizeof(std::uint32_t));
  std::memcpy(units_.data(), bytes.data() + sizeof trie_size, trie_size);
  replacements_ = bytes.substr(sizeof trie_size + trie_size);
}

std::optional<std::string_view> Charsmap::find(std::string_view text) const {
  std::uint32_t node = offset(units_[0]);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    node ^= byte;
    if (byte == 0 || label(units_[node]) != byte) return std::nullopt;
    const std::uint32_t unit = units_[node];
    node ^= offset(unit);
    if (has_leaf(unit)) return replacements_.data() + value(units_[node]);
  }
  return std::nullopt;
}

}  // namespace mha
