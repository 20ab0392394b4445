#include "tokenizer/bert/bert_words.h"

#include <algorithm>

#include "base/utf8.h"
#include "tokenizer/bert/bert_unicode.h"

namespace mha::bert {
namespace {

/// As a table: this is where most texts spend their time.
constexpr std::array<Ascii, 128> ascii_kinds = [] {
  std::array<Ascii, 128> table{};
  for (std::size_t c = 0; c < table.size(); ++c) table[c] = ascii_kind(static_cast<char32_t>(c));
  return table;
}();

}  // namespace

void Word::add(char32_t c, Span span) {
  last_ = span;
  if (size_ < max_size) {
    offsets_[size_] = static_cast<std::uint16_t>(text_.size());
    spans_[size_] = span;
    utf8::append(text_, c);
  }
  ++size_;
}

const Word* Words::next() {
  if (single_waits_) return take_single();
  word_.clear();
  while (at_ < end_) {
    const bool closed = static_cast<unsigned char>(text_[at_]) < 0x80 ? take_ascii() : take_other();
    if (closed && !word_.empty()) return &word_;
    if (closed && single_waits_) return take_single();
  }
  flush_marks();
  return word_.empty() ? nullptr : &word_;
}

const Word* Words::take_single() {
  single_waits_ = false;
  return &single_;
}

/// Takes ASCII to the end of a word; false if something else comes first.
bool Words::take_ascii() {
  while (at_ < end_ && static_cast<unsigned char>(text_[at_]) < 0x80) {
    const std::size_t at = at_++;
    const auto c = static_cast<unsigned char>(text_[at]);
    const Ascii kind = ascii_kinds[c];
    if (kind == Ascii::removed) continue;
    flush_marks();
    if (kind == Ascii::letter) {
      word_.add(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c, {at, at + 1});
      continue;
    }
    if (kind == Ascii::punctuation) put_single(c, {at, at + 1});
    return true;
  }
  return false;
}

/// Takes one code point above ASCII; true if it ends a word.
bool Words::take_other() {
  const std::size_t begin = at_;
  const char32_t c = utf8::next(text_, at_);
  if (is_removed(c)) return false;
  if (is_white_space(c)) {
    flush_marks();
    return true;
  }
  Decomposition room;
  const std::span<const char32_t> parts = decompose(c, room);
  if (is_ideograph(c)) {
    flush_marks();
    put_single(parts[0], {begin, at_});
    return true;
  }
  bool closed = false;
  for (const char32_t& part : parts) closed |= take_part({part, &part != parts.data()}, {begin, at_});
  return closed;
}

/// A starter goes on at once, a mark waits for its place.
bool Words::take_part(const Part& part, Span span) {
  if (combining_class(part.c) == 0) {
    flush_marks();
    last_ = span;
    return put(part.c, span);
  }
  marks_.push_back(part);
  if (!part.later) mark_spans_.push_back(span);
  any_mark_stays_ |= !is_accent(part.c);
  return false;
}

/// Marks in canonical order. As in `tokenizers`, places are not sorted with them: each mark that stands for a
/// code point of the text takes the next place.
void Words::flush_marks() {
  if (marks_.empty()) return;
  if (any_mark_stays_) {
    std::stable_sort(marks_.begin(), marks_.end(), [](const Part& a, const Part& b) {
      return combining_class(a.c) < combining_class(b.c);
    });
    auto place = mark_spans_.begin();
    for (const Part& mark : marks_) {
      if (!mark.later) last_ = *place++;
      put(mark.c, last_);
    }
  }
  marks_.clear();
  mark_spans_.clear();
  any_mark_stays_ = false;
}

/// The last steps for one normalised code point; true if it ends a word.
bool Words::put(char32_t c, Span span) {
  if (is_accent(c)) return false;
  c = lower(c);
  if (is_punctuation(c)) {
    put_single(c, span);
    return true;
  }
  word_.add(c, span);
  return false;
}

void Words::put_single(char32_t c, Span span) {
  single_.clear();
  single_.add(c, span);
  single_waits_ = true;
}

}  // namespace mha::bert
