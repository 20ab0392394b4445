// A text that is being normalised, each byte of which knows the bytes of the original that it comes from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/unicode/pattern.h"

namespace mha {

/// Bytes [begin, end) of the original text, which has less than 4 GiB.
struct Place {
  std::uint32_t begin, end;

  bool operator==(const Place&) const = default;
};

/// One code point of a rewritten text. `change` counts as `tokenizers` does: 0 stands for the next code point
/// of the text before, -n for that and the n behind it, 1 for none: what is inserted takes the place of what
/// stands before it.
struct Edit {
  char32_t c;
  std::int32_t change;
};

/// Equal to NormalizedString of `tokenizers` 0.23.
class AlignedText {
 public:
  /// The bytes `origin` of `original`, which is well-formed UTF-8.
  void assign(std::string_view original, Place origin);

  const std::string& text() const { return text_; }
  std::span<const Place> places() const { return places_; }  ///< one for each byte of the text
  bool empty() const { return text_.empty(); }

  /// Whether a transform that rewrites each code point to itself changes nothing. As in `tokenizers`, one
  /// doubles what was inserted at the very beginning.
  bool is_steady() const {
    return text_.empty() || (places_[0].begin != places_[0].end && origin_.begin != origin_.end);
  }

  /// The text becomes `edits`; the first `removed` code points are dropped before.
  void transform(std::span<const Edit> edits, std::size_t removed = 0);

  /// Drops the code points that are not to be kept.
  void filter(bool (*keep)(char32_t));

  /// Each code point becomes another one.
  void map(char32_t (*change)(char32_t));

  /// Puts `prefix` before a text that is not empty; nothing before an empty one.
  void prepend(std::string_view prefix);

  /// Puts `content` for each match; `matches` cover the text.
  void replace(const Matches& matches, std::string_view content);

  /// Lower case for the letters of ASCII.
  void lower_ascii();

 private:
  Place place_before(std::size_t at) const {
    return at == 0 ? Place{origin_.begin, origin_.begin} : places_[at - 1];
  }

  std::string text_;
  std::vector<Place> places_;
  Place origin_{};
  std::string next_text_;  // what is being written, kept for its memory
  std::vector<Place> next_places_;
};

/// Whether all bytes are below 0x80.
bool is_ascii(std::string_view text);

}  // namespace mha
