// A normalised text in pieces: what pre-tokenizers cut, and what the model gets one by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/aligned_text.h"
#include "tokenizer/unicode/pattern.h"

namespace mha {

/// Bytes [begin, end) of a SplitText, and the bytes of the original that they were cut from. An added token
/// has its id already.
struct Split {
  std::size_t begin, end;
  Place origin;
  std::optional<std::uint32_t> id;
};

/// What becomes of the matches of a pattern (SplitDelimiterBehavior of `tokenizers`).
enum class Behavior { removed, isolated, merged_with_previous, merged_with_next, contiguous };

/// Drops or joins matches as `behavior` says; what is left is to be kept, found or not.
void apply(Behavior behavior, Matches& matches);

/// Bytes with their places, being written.
struct PlacedText {
  std::string text;
  std::vector<Place> places;

  void put(std::string_view bytes, Place place) {
    text += bytes;
    places.resize(text.size(), place);
  }
  void copy(std::string_view bytes, std::span<const Place> bytes_places) {
    text += bytes;
    places.insert(places.end(), bytes_places.begin(), bytes_places.end());
  }
};

/// Equal to PreTokenizedString of `tokenizers` 0.23.
class SplitText {
 public:
  void clear();

  const std::vector<Split>& splits() const { return splits_; }
  std::string_view text(const Split& split) const {
    return std::string_view(all_.text).substr(split.begin, split.end - split.begin);
  }
  std::span<const Place> places(const Split& split) const {
    return std::span(all_.places).subspan(split.begin, split.end - split.begin);
  }

  /// Appends a text as one split for each match that is not empty; `matches` cover the text, and ids[i] is
  /// the added token that matches[i] is, if it is one.
  void append(const AlignedText& text, const Matches& matches,
              std::span<const std::optional<std::uint32_t>> ids);

  /// Cuts every split that is no added token at the matches of a pattern, or with `invert` at what lies
  /// between them.
  void split(const Pattern& pattern, Behavior behavior, bool invert = false);

  /// Writes every split that is no added token anew: write(split, out) appends what becomes of it.
  template <class Write>
  void rewrite(Write write) {
    written_.text.clear();
    written_.places.clear();
    for (Split& split : splits_) {
      const std::size_t begin = written_.text.size();
      if (split.id) {
        written_.copy(text(split), places(split));
      } else {
        write(split, written_);
      }
      split.begin = begin;
      split.end = written_.text.size();
    }
    std::swap(all_, written_);
  }

 private:
  void cut(const Split& split, std::size_t begin, std::size_t end);

  PlacedText all_, written_;
  std::vector<Split> splits_, cut_;
  Matches matches_;
};

}  // namespace mha
