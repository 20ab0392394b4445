#include "tokenizer/aligned_text.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/utf8.h"

namespace mha {
namespace {

std::size_t size_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  return lead < 0x80 ? 1 : static_cast<std::size_t>(std::countl_one(lead));
}

std::size_t skip(std::string_view text, std::size_t at, std::size_t code_points) {
  for (; code_points > 0 && at < text.size(); --code_points) at += size_at(text, at);
  return at;
}

}  // namespace

void AlignedText::assign(std::string_view original, Place origin) {
  origin_ = origin;
  text_.assign(original.substr(origin.begin, origin.end - origin.begin));
  places_.resize(text_.size());
  for (std::uint32_t at = 0; at < text_.size();) {
    const auto size = static_cast<std::uint32_t>(size_at(text_, at));
    const Place place = {origin.begin + at, origin.begin + at + size};
    for (std::uint32_t i = 0; i < size; ++i) places_[at + i] = place;
    at += size;
  }
}

void AlignedText::transform(std::span<const Edit> edits, std::size_t removed) {
  if (text_.empty()) return;
  // As in `tokenizers`, what is rewritten begins at the first byte that has bytes of the original; and with
  // no bytes of an original at all, the text stays behind what it becomes.
  std::size_t first = 0;
  if (origin_.begin != origin_.end) {
    while (first < text_.size() && places_[first].begin == places_[first].end) ++first;
  }
  std::string& text = next_text_.assign(text_, 0, first);
  std::vector<Place>& places = next_places_;
  places.assign(places_.begin(), places_.begin() + static_cast<std::ptrdiff_t>(first));
  std::size_t at = skip(text_, first, removed);
  for (const Edit& edit : edits) {
    const bool inserted = edit.change > 0;
    const Place place = inserted ? place_before(at) : places_[std::min(at, places_.size() - 1)];
    if (!inserted) at = skip(text_, at, 1 + static_cast<std::size_t>(-edit.change));
    if (edit.c < 0x80) {
      text += static_cast<char>(edit.c);
      places.push_back(place);
      continue;
    }
    utf8::append(text, edit.c);
    places.resize(text.size(), place);
  }
  if (origin_.begin == origin_.end) {
    text += text_;
    places.insert(places.end(), places_.begin(), places_.end());
  }
  text_.swap(text);
  places_.swap(places);
}

void AlignedText::filter(bool (*keep)(char32_t)) {
  std::vector<Edit> edits;
  edits.reserve(text_.size());
  std::size_t removed_first = 0;
  for (std::size_t at = 0; at < text_.size();) {
    const char32_t c = utf8::next(text_, at);
    if (keep(c)) {
      edits.push_back({c, 0});
    } else if (edits.empty()) {
      ++removed_first;
    } else {
      --edits.back().change;
    }
  }
  if (edits.size() == utf8::length(text_) && is_steady()) return;
  transform(edits, edits.empty() ? 0 : removed_first);
}

void AlignedText::map(char32_t (*change)(char32_t)) {
  std::vector<Edit> edits;
  edits.reserve(text_.size());
  for (std::size_t at = 0; at < text_.size();) edits.push_back({change(utf8::next(text_, at)), 0});
  transform(edits);
}

void AlignedText::prepend(std::string_view prefix) {
  if (text_.empty()) return;
  // As in `tokenizers`, with nothing to prepend the first code point itself counts as inserted.
  if (prefix.empty()) std::fill_n(places_.begin(), size_at(text_, 0), place_before(0));
  text_.insert(0, prefix);
  places_.insert(places_.begin(), prefix.size(), places_[0]);
}

void AlignedText::replace(const Matches& matches, std::string_view content) {
  std::string& text = next_text_;
  std::vector<Place>& places = next_places_;
  text.clear();
  places.clear();
  for (const Match& match : matches) {
    if (match.found) {
      text += content;
      places.insert(places.end(), content.size(), place_before(match.end));
      continue;
    }
    text.append(text_, match.begin, match.end - match.begin);
    places.insert(places.end(), places_.begin() + static_cast<std::ptrdiff_t>(match.begin),
                  places_.begin() + static_cast<std::ptrdiff_t>(match.end));
  }
  text_.swap(text);
  places_.swap(places);
}

void AlignedText::lower_ascii() {
  for (char& c : text_) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool is_ascii(std::string_view text) {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    if ((word & 0x8080808080808080U) != 0) return false;
  }
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace mha
