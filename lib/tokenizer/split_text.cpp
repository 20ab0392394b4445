#include "tokenizer/split_text.h"

#include <algorithm>

namespace mha {
namespace {

/// A match joins what stands before it, unless that is a match too.
void merge_with_previous(Matches& matches) {
  std::size_t kept = 0;
  bool after_match = false;
  for (const Match match : matches) {
    if (match.found && !after_match && kept > 0) {
      matches[kept - 1].end = match.end;
    } else {
      matches[kept++] = match;
    }
    after_match = match.found;
  }
  matches.resize(kept);
}

/// A match joins what stands behind it, unless that is a match too.
void merge_with_next(Matches& matches) {
  std::size_t kept = matches.size();
  bool before_match = false;
  for (std::size_t i = matches.size(); i-- > 0;) {
    const Match match = matches[i];
    if (match.found && !before_match && kept < matches.size()) {
      matches[kept].begin = match.begin;
    } else {
      matches[--kept] = match;
    }
    before_match = match.found;
  }
  matches.erase(matches.begin(), matches.begin() + static_cast<std::ptrdiff_t>(kept));
}

/// Matches side by side become one.
void merge_contiguous(Matches& matches) {
  std::size_t kept = 0;
  bool previous = false;
  for (const Match match : matches) {
    if (match.found == previous && kept > 0) {
      matches[kept - 1].end = match.end;
    } else {
      matches[kept++] = match;
    }
    previous = match.found;
  }
  matches.resize(kept);
}

}  // namespace

void apply(Behavior behavior, Matches& matches) {
  switch (behavior) {
    case Behavior::removed:
      std::erase_if(matches, [](const Match& match) { return match.found; });
      break;
    case Behavior::isolated:
      break;
    case Behavior::merged_with_previous:
      merge_with_previous(matches);
      break;
    case Behavior::merged_with_next:
      merge_with_next(matches);
      break;
    case Behavior::contiguous:
      merge_contiguous(matches);
      break;
  }
}

void SplitText::clear() {
  all_.text.clear();
  all_.places.clear();
  splits_.clear();
}

void SplitText::append(const AlignedText& text, const Matches& matches,
                       std::span<const std::optional<std::uint32_t>> ids) {
  const std::size_t base = all_.text.size();
  all_.copy(text.text(), text.places());
  for (std::size_t i = 0; i < matches.size(); ++i) {
    if (matches[i].begin == matches[i].end) continue;
    const Place origin = {text.places()[matches[i].begin].begin, text.places()[matches[i].end - 1].end};
    splits_.push_back({base + matches[i].begin, base + matches[i].end, origin, ids[i]});
  }
}

void SplitText::cut(const Split& split, std::size_t begin, std::size_t end) {
  if (begin == end) return;
  begin += split.begin;
  end += split.begin;
  cut_.push_back({begin, end, {all_.places[begin].begin, all_.places[end - 1].end}, {}});
}

void SplitText::split(const Pattern& pattern, Behavior behavior, bool invert) {
  cut_.clear();
  for (const Split& split : splits_) {
    if (split.id) {
      cut_.push_back(split);
      continue;
    }
    pattern.find(text(split), matches_);
    if (invert) {
      for (Match& match : matches_) match.found = !match.found;
    }
    apply(behavior, matches_);
    for (const Match& match : matches_) cut(split, match.begin, match.end);
  }
  splits_.swap(cut_);
}

}  // namespace mha
