#include "tokenizer/models/bpe_merges.h"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <queue>

namespace mha {
namespace {

/// No symbol, and a rank behind all others.
constexpr std::uint32_t none = UINT32_MAX;

/// The merge of each symbol with the next one, as rank * 32 + place, so that the least is the next to be
/// done. Nothing is moved until the end: symbols that are gone have no merge, and the others know their
/// neighbours.
class FewMerger {
 public:
  FewMerger(std::vector<Symbol>& symbols, const MergeTable& merges)
      : symbols_(symbols), merges_(merges), size_(symbols.size()) {
    for (std::size_t i = 0; i < size_; ++i) {
      previous_[i] = static_cast<std::uint8_t>(i - 1);
      next_[i] = static_cast<std::uint8_t>(i + 1);
      look_for_merge(i);
    }
  }

  /// False if no merge is left.
  bool merge_lowest() {
    std::uint32_t lowest = none;
    for (std::size_t i = 0; i < size_; ++i) lowest = std::min(lowest, keys_[i]);
    if (lowest == none) return false;
    const std::size_t left = lowest % few_symbols, right = next_[left];
    symbols_[left] = {results_[left], symbols_[left].bytes + symbols_[right].bytes};
    keys_[right] = none;
    next_[left] = next_[right];
    if (next_[left] < size_) previous_[next_[left]] = static_cast<std::uint8_t>(left);
    look_for_merge(left);
    if (left > 0) look_for_merge(previous_[left]);
    return true;
  }

  void close_gaps() {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < size_; i = next_[i]) symbols_[kept++] = symbols_[i];
    symbols_.resize(kept);
  }

 private:
  void look_for_merge(std::size_t i) {
    const std::size_t next = next_[i];
    keys_[i] = none;
    if (next >= size_) return;
    const auto rank = merges_.find(symbols_[i].id, symbols_[next].id);
    if (!rank) return;
    keys_[i] = *rank * static_cast<std::uint32_t>(few_symbols) + static_cast<std::uint32_t>(i);
    results_[i] = merges_.id_of(*rank);
  }

  static_assert(MergeTable::max_merges < none / few_symbols);

  std::vector<Symbol>& symbols_;
  const MergeTable& merges_;
  std::size_t size_;
  std::array<std::uint32_t, few_symbols> keys_;
  std::array<std::uint32_t, few_symbols> results_;  ///< ids of the merges
  std::array<std::uint8_t, few_symbols> previous_, next_;
};

/// A list of symbols from which one can be taken out.
struct Link {
  std::uint32_t id, bytes, previous, next;
};

/// Places and ranks of merges to be done: rank * 2^32 + place of the left symbol, lowest first.
using Queue = std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>>;

class Merger {
 public:
  Merger(std::span<const Symbol> symbols, const MergeTable& merges)
      : merges_(merges), links_(symbols.size()) {
    for (std::uint32_t i = 0; i < links_.size(); ++i) {
      const std::uint32_t next = i + 1 < links_.size() ? i + 1 : none;
      links_[i] = {symbols[i].id, symbols[i].bytes, i == 0 ? none : i - 1, next};
    }
    queue_ = Queue({}, first_merges());
  }

  void run() {
    while (!queue_.empty()) {
      const std::uint64_t top = queue_.top();
      queue_.pop();
      merge(static_cast<std::uint32_t>(top), merges_.id_of(static_cast<std::uint32_t>(top >> 32)));
    }
  }

  void write(std::vector<Symbol>& symbols) const {
    symbols.clear();
    for (const Link& link : links_) {
      if (link.bytes != 0) symbols.push_back({link.id, link.bytes});
    }
  }

 private:
  static std::uint64_t key(std::uint32_t rank, std::uint32_t at) { return std::uint64_t{rank} << 32 | at; }

  std::vector<std::uint64_t> first_merges() const {
    std::vector<std::uint64_t> keys;
    for (std::uint32_t i = 0; i + 1 < links_.size(); ++i) {
      if (const auto rank = merges_.find(links_[i].id, links_[i + 1].id)) keys.push_back(key(*rank, i));
    }
    return keys;
  }

  void look_for_merge(std::uint32_t at) {
    const Link& left = links_[at];
    if (const auto rank = merges_.find(left.id, links_[left.next].id)) queue_.push(key(*rank, at));
  }

  /// Merges the symbol there with the next one, if that still gives `id`.
  void merge(std::uint32_t at, std::uint32_t id) {
    Link& left = links_[at];
    if (left.bytes == 0 || left.next == none) return;
    Link& right = links_[left.next];
    const auto rank = merges_.find(left.id, right.id);
    if (!rank || merges_.id_of(*rank) != id) return;
    left.id = id;
    left.bytes += right.bytes;
    left.next = right.next;
    right.bytes = 0;
    if (left.next != none) links_[left.next].previous = at;
    if (left.previous != none) look_for_merge(left.previous);
    if (left.next != none) look_for_merge(at);
  }

  const MergeTable& merges_;
  std::vector<Link> links_;
  Queue queue_;
};

}  // namespace

MergeTable::MergeTable(std::span<const Merge> merges)
    : slots_(Buffer<std::uint64_t>::uninitialised(std::bit_ceil(2 * merges.size() + 2))),
      ids_(merges.size()),
      shift_(2 * id_bits - std::countr_zero(slots_.size())) {
  std::fill(slots_.data(), slots_.data() + slots_.size(), empty);
  for (std::uint32_t rank = 0; rank < merges.size(); ++rank) {
    const Merge& merge = merges[rank];
    ids_[rank] = merge.id;
    const std::uint64_t hash = hash_of(merge.left, merge.right);
    std::size_t at = hash >> shift_;
    while (slots_[at] != empty && slots_[at] >> rank_bits != hash) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = hash << rank_bits | rank;
  }
}

void merge_few(std::vector<Symbol>& symbols, const MergeTable& merges) {
  FewMerger merger(symbols, merges);
  while (merger.merge_lowest()) {
  }
  merger.close_gaps();
}

void merge_many(std::vector<Symbol>& symbols, const MergeTable& merges) {
  Merger merger(symbols, merges);
  merger.run();
  merger.write(symbols);
}

}  // namespace mha
