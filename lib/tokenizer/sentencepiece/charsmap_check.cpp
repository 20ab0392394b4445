#include "tokenizer/sentencepiece/charsmap_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <span>
#include <vector>

#include "base/utf8.h"

namespace mha {
namespace {

/// Keys that may be prefixes of each other; Normalizer::kMaxTrieResultsSize of sentencepiece.
constexpr int max_nested_keys = 32;
/// NFKC makes 33 bytes of one character at most; one replacement must not blow a text up beyond reason.
constexpr std::size_t max_replacement = 1024;

using Flaw = std::optional<std::string>;

/// One unit of a double array of darts-clone (include/darts.h, DoubleArrayUnit).
class Unit {
 public:
  explicit Unit(std::uint32_t bits) : bits_(bits) {}
  bool is_leaf() const { return bits_ >> 31 != 0; }
  bool has_leaf() const { return (bits_ >> 8 & 1) != 0; }
  std::uint32_t value() const { return bits_ & 0x7FFFFFFF; }
  std::uint32_t label() const { return bits_ & 0xFF; }
  std::uint32_t offset() const { return bits_ >> 10 << ((bits_ & 1U << 9) >> 6); }

 private:
  std::uint32_t bits_;
};

class Trie {
 public:
  explicit Trie(std::string_view bytes) : units_(bytes.size() / 4) {
    if (!units_.empty()) std::memcpy(units_.data(), bytes.data(), units_.size() * 4);
  }
  std::size_t size() const { return units_.size(); }
  Unit unit(std::size_t i) const { return Unit(units_[i]); }
  /// Where the children of a unit stand: each at base ^ label.
  std::size_t base(std::size_t i) const { return i ^ unit(i).offset(); }

 private:
  std::vector<std::uint32_t> units_;
};

/// A look-up reads base ^ c for any byte c before it looks at the label, and base itself for a leaf.
Flaw bounds_flaw(const Trie& trie, std::string_view replacements) {
  if (trie.size() == 0) return "its trie is empty";
  for (std::size_t i = 0; i < trie.size(); ++i) {
    if (i != 0 && trie.unit(i).is_leaf()) continue;
    if ((trie.base(i) | 0xFF) >= trie.size())
      return fmt::format("unit {} of its trie points outside of the trie", i);
    if (!trie.unit(i).has_leaf()) continue;
    const std::uint32_t at = trie.unit(trie.base(i)).value();
    if (at >= replacements.size())
      return fmt::format("unit {} of its trie has a replacement outside of the table", i);
    if ((static_cast<unsigned char>(replacements[at]) & 0xC0) == 0x80) {
      return fmt::format("unit {} of its trie has a replacement that begins inside a character", i);
    }
  }
  return std::nullopt;
}

/// Units by where their parent's children begin: the label of a unit tells.
class Children {
 public:
  explicit Children(const Trie& trie) : starts_(trie.size() + 1) {
    each_child(trie, [&](std::size_t base, std::size_t) { ++starts_[base + 1]; });
    std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
    units_.resize(starts_.back());
    std::vector<std::uint32_t> next(starts_);
    each_child(
        trie, [&](std::size_t base, std::size_t i) { units_[next[base]++] = static_cast<std::uint32_t>(i); });
  }

  std::span<const std::uint32_t> of(std::size_t base) const {
    return std::span(units_).subspan(starts_[base], starts_[base + 1] - starts_[base]);
  }

 private:
  template <class Visit>
  static void each_child(const Trie& trie, Visit visit) {
    for (std::size_t i = 0; i < trie.size(); ++i) {
      const std::size_t base = i ^ trie.unit(i).label();
      if (!trie.unit(i).is_leaf() && base < trie.size()) visit(base, i);
    }
  }

  std::vector<std::uint32_t> starts_, units_;
};

/// Keys that end on the way from the root, at most: the longest path by number of leaves. Nodes may share
/// their children, so this is a graph; a valid one has no cycle.
class Nesting {
 public:
  explicit Nesting(const Trie& trie)
      : trie_(trie), children_(trie), state_(trie.size(), State::fresh), keys_(trie.size()) {}

  Flaw flaw() {
    std::vector<Frame> path = {open(0)};
    while (!path.empty()) {
      Frame& frame = path.back();
      if (frame.children.empty()) {
        finish(path);
        continue;
      }
      const std::uint32_t child = frame.children.front();
      frame.children = frame.children.subspan(1);
      if (state_[child] == State::open) return "its trie has a cycle";
      if (state_[child] == State::fresh) {
        path.push_back(open(child));
      } else {
        keys_[frame.unit] = std::max(keys_[frame.unit], keys_[child]);
      }
    }
    if (keys_[0] <= max_nested_keys) return std::nullopt;
    return fmt::format("its trie nests {} keys, more than {}", keys_[0], max_nested_keys);
  }

 private:
  enum class State : unsigned char { fresh, open, done };
  struct Frame {
    std::uint32_t unit;
    std::span<const std::uint32_t> children;  // still to be looked at
  };

  Frame open(std::uint32_t unit) {
    state_[unit] = State::open;
    return {unit, children_.of(trie_.base(unit))};
  }

  void finish(std::vector<Frame>& path) {
    const std::uint32_t unit = path.back().unit;
    path.pop_back();
    state_[unit] = State::done;
    if (unit != 0 && trie_.unit(unit).has_leaf()) ++keys_[unit];
    if (!path.empty()) keys_[path.back().unit] = std::max(keys_[path.back().unit], keys_[unit]);
  }

  const Trie& trie_;
  Children children_;
  std::vector<State> state_;
  std::vector<int> keys_;
};

Flaw replacements_flaw(std::string_view replacements) {
  if (replacements.empty() || replacements.back() != '\0')
    return "its table of replacements does not end in NUL";
  if (utf8::find_invalid(replacements)) return "its table of replacements is not UTF-8";
  for (std::size_t at = 0; at < replacements.size();) {
    const std::size_t end = replacements.find('\0', at);
    if (end - at > max_replacement)
      return fmt::format("one replacement has more than {} bytes", max_replacement);
    at = end + 1;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> charsmap_flaw(std::string_view charsmap) {
  if (charsmap.size() < 4) return fmt::format("it has {} bytes, not even its size", charsmap.size());
  std::uint32_t trie_size = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    trie_size |= static_cast<std::uint32_t>(static_cast<unsigned char>(charsmap[i])) << (8 * i);
  }
  charsmap.remove_prefix(4);
  if (trie_size > charsmap.size())
    return fmt::format("its trie has {} bytes of {}", trie_size, charsmap.size());
  if (trie_size % 4 != 0) return fmt::format("its trie has {} bytes, not a multiple of 4", trie_size);
  const Trie trie(charsmap.substr(0, trie_size));
  const std::string_view replacements = charsmap.substr(trie_size);
  if (Flaw flaw = replacements_flaw(replacements)) return flaw;
  if (Flaw flaw = bounds_flaw(trie, replacements)) return flaw;
  return Nesting(trie).flaw();
}

}  // namespace mha
