#include "tokenizer/bpe_merges.h"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <queue>

namespace mha {
namespace {

constexpr std::uint32_t none = UINT32_MAX;

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
  static std::uint64_t key(const Merge& merge, std::uint32_t at) {
    return std::uint64_t{merge.rank} << 32 | at;
  }

  std::vector<std::uint64_t> first_merges() const {
    std::vector<std::uint64_t> keys;
    for (std::uint32_t i = 0; i + 1 < links_.size(); ++i) {
      if (const Merge* merge = merges_.find(links_[i].id, links_[i + 1].id)) keys.push_back(key(*merge, i));
    }
    return keys;
  }

  void look_for_merge(std::uint32_t at) {
    const Link& left = links_[at];
    if (const Merge* found = merges_.find(left.id, links_[left.next].id)) queue_.push(key(*found, at));
  }

  /// Merges the symbol there with the next one, if that still gives `id`.
  void merge(std::uint32_t at, std::uint32_t id) {
    Link& left = links_[at];
    if (left.bytes == 0 || left.next == none) return;
    Link& right = links_[left.next];
    const Merge* found = merges_.find(left.id, right.id);
    if (found == nullptr || found->id != id) return;
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
    : slots_(Buffer<Merge>::uninitialised(std::bit_ceil(merges.size() + merges.size() / 4 + 2))),
      ids_(merges.size()),
      shift_(64 - std::countr_zero(slots_.size())) {
  std::fill(slots_.data(), slots_.data() + slots_.size(), Merge{no_pair, 0, 0});
  for (std::uint32_t rank = 0; rank < merges.size(); ++rank) {
    const Merge& merge = merges[rank];
    ids_[rank] = merge.id;
    std::size_t at = slot_of(merge.pair);
    while (slots_[at].pair != no_pair && slots_[at].pair != merge.pair) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {merge.pair, rank, merge.id};
  }
}

void merge_few(std::vector<Symbol>& symbols, const MergeTable& merges) {
  std::vector<const Merge*> found(symbols.size(), nullptr);
  const auto look = [&](std::size_t i) { found[i] = merges.find(symbols[i].id, symbols[i + 1].id); };
  for (std::size_t i = 0; i + 1 < symbols.size(); ++i) look(i);
  for (;;) {
    std::size_t best = symbols.size();
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
      if (found[i] != nullptr && (best == symbols.size() || found[i]->rank < found[best]->rank)) best = i;
    }
    if (best == symbols.size()) return;
    symbols[best] = {found[best]->id, symbols[best].bytes + symbols[best + 1].bytes};
    symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    found.erase(found.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    if (best > 0) look(best - 1);
    if (best + 1 < symbols.size()) look(best);
  }
}

void merge_many(std::vector<Symbol>& symbols, const MergeTable& merges) {
  Merger merger(symbols, merges);
  merger.run();
  merger.write(symbols);
}

}  // namespace mha
