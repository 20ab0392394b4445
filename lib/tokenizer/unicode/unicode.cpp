#include "tokenizer/unicode/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "base/utf8.h"
#include "tokenizer/unicode/unicode_exceptions.h"

namespace mha::unicode {
namespace {

/// The composition of Unicode 13 among the canonical ones of utf8proc.
constexpr char32_t not_composed = 0x11938;

/// The entry that holds `c`, in a table in ascending order; null if none does.
template <class Entry, std::size_t size>
const Entry* find(const Entry (&table)[size], char32_t c) {
  const Entry* entry = std::lower_bound(std::begin(table), std::end(table), c,
                                        [](const Entry& e, char32_t x) { return e.last < x; });
  return entry != std::end(table) && entry->first <= c ? entry : nullptr;
}

utf8proc_category_t library_category(char32_t c) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}

bool is_between(utf8proc_category_t category, utf8proc_category_t first, utf8proc_category_t last) {
  return category >= first && category <= last;
}

/// A mark that is younger than the library; none of them stands among ideographs and Hangul.
bool joins_since_unicode_15(char32_t c) {
  const bool may_be = c >= also_joins[0].first && (c < 0x2000 || c > 0xFFFF);
  return may_be && find(also_joins, c) != nullptr;
}

/// What nothing joins: line ends and control characters.
bool stands_alone(utf8proc_int32_t c) {
  const auto kind = utf8proc_get_property(c)->boundclass;
  return kind >= UTF8PROC_BOUNDCLASS_CR && kind <= UTF8PROC_BOUNDCLASS_CONTROL;
}

/// Long runs of one category, so that nobody needs to look at each of their code points: ideographs, Hangul,
/// private use, and what is not assigned.
constexpr Range uniform[] = {{0x3400, 0x4DBF},   {0x4E00, 0x9FFF},    {0xAC00, 0xD7A3},   {0xE000, 0xF8FF},
                             {0x20000, 0x2A6DF}, {0x323B0, 0x3FFFF},  {0x40000, 0xDFFFF}, {0xE01F0, 0xEFFFF},
                             {0xF0000, 0xFFFFD}, {0x100000, 0x10FFFD}};

/// Where the next code point to look at is.
char32_t uniform_end(char32_t c) {
  const Range* range = find(uniform, c);
  return range != nullptr ? range->last + 1 : c + 1;
}

/// What is alphabetic by another property than its category, and the joiners.
constexpr Range other_words[] = {
    {0x200C, 0x200D}, {0x24B6, 0x24E9}, {0x1F130, 0x1F149}, {0x1F150, 0x1F169}, {0x1F170, 0x1F189}};

}  // namespace

bool is_mark(char32_t c) {
  if (c < 0x300) return false;
  const bool listed = is_between(library_category(c), UTF8PROC_CATEGORY_MN, UTF8PROC_CATEGORY_ME);
  return listed ? !find(no_marks, c) : find(also_marks, c) != nullptr;
}

bool is_number(char32_t c) {
  if (c < 0x80) return c >= '0' && c <= '9';
  return is_between(library_category(c), UTF8PROC_CATEGORY_ND, UTF8PROC_CATEGORY_NO) || find(also_numbers, c);
}

bool is_word(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
  const utf8proc_category_t category = library_category(c);
  return is_between(category, UTF8PROC_CATEGORY_LU, UTF8PROC_CATEGORY_NL) ||
         category == UTF8PROC_CATEGORY_PC || find(other_words, c) || find(also_words, c);
}

std::string_view category(char32_t c) {
  // Most texts are of scripts in which nothing changed.
  const bool may_differ =
      c >= recategorised[0].first && (c < 0x3400 || (c >= 0xA700 && c < 0xA800) || c > 0xFFFF);
  if (may_differ) {
    if (const Recategorised* entry = find(recategorised, c)) return entry->category;
  }
  return utf8proc_category_string(static_cast<utf8proc_int32_t>(c));
}

std::vector<CategoryRun> category_runs() {
  constexpr char32_t end = 0x110000;
  std::vector<CategoryRun> runs;
  const auto put = [&](char32_t first, char32_t last, std::string_view category) {
    if (!runs.empty() && runs.back().category == category) {
      runs.back().last = last;
    } else {
      runs.push_back({first, last, category});
    }
  };
  const Recategorised* changed = std::begin(recategorised);
  for (char32_t c = 0; c < end;) {
    if (changed != std::end(recategorised) && changed->first == c) {
      put(c, changed->last, changed->category);
      c = changed++->last + 1;
      continue;
    }
    const char32_t stop = changed == std::end(recategorised) ? end : changed->first;
    const char32_t first = c;
    const utf8proc_category_t category = library_category(c);
    while (c < stop && library_category(c) == category) c = uniform_end(c);
    put(first, c - 1, utf8proc_category_string(static_cast<utf8proc_int32_t>(first)));
  }
  return runs;
}

std::span<const char32_t> decompose(char32_t c, Form form, Decomposition& room) {
  room[0] = c;
  if (c < 0xA0 || find(not_compatible, c)) return {room.data(), 1};
  const int options = UTF8PROC_DECOMPOSE | (form == Form::compatible ? UTF8PROC_COMPAT : 0);
  std::array<utf8proc_int32_t, std::tuple_size_v<Decomposition>> found;
  const utf8proc_ssize_t count = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), found.data(),
                                                         static_cast<utf8proc_ssize_t>(found.size()),
                                                         static_cast<utf8proc_option_t>(options), nullptr);
  // A code point that is not assigned is refused by the library, and stands for itself.
  if (count < 1 || count > static_cast<utf8proc_ssize_t>(found.size())) return {room.data(), 1};
  std::copy_n(found.begin(), count, room.begin());
  return {room.data(), static_cast<std::size_t>(count)};
}

char32_t compose(char32_t first, char32_t second) {
  // Nothing below composes with anything, as the second of two.
  if (second < 0x300) return 0;
  utf8proc_int32_t pair[] = {static_cast<utf8proc_int32_t>(first), static_cast<utf8proc_int32_t>(second)};
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE);
  if (utf8proc_normalize_utf32(pair, 2, options) != 1) return 0;
  const auto composed = static_cast<char32_t>(pair[0]);
  return composed == not_composed ? 0 : composed;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  Graphemes clusters(text);
  for (std::string_view cluster = clusters.next(); !cluster.empty(); cluster = clusters.next()) {
    int widest = 0;
    for (std::size_t at = 0; at < cluster.size();) {
      widest = std::max(widest, utf8proc_charwidth(static_cast<utf8proc_int32_t>(utf8::next(cluster, at))));
    }
    width += static_cast<std::size_t>(widest);
  }
  return width;
}

bool is_right_to_left(char32_t c) {
  const auto bidi_class = utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->bidi_class;
  return bidi_class == UTF8PROC_BIDI_CLASS_R || bidi_class == UTF8PROC_BIDI_CLASS_AL;
}

std::string_view Graphemes::next() {
  const std::size_t begin = at_;
  if (begin == text_.size()) return {};
  const auto is_plain = [&](std::size_t at) {
    return at == text_.size() || (static_cast<unsigned char>(text_[at]) < 0x80 && text_[at] != '\n');
  };
  auto before = static_cast<utf8proc_int32_t>(utf8::next(text_, at_));
  if (before < 0x80 && is_plain(at_)) return text_.substr(begin, 1);
  utf8proc_int32_t state = 0;
  while (at_ < text_.size()) {
    std::size_t end = at_;
    const auto c = static_cast<utf8proc_int32_t>(utf8::next(text_, end));
    const bool breaks = utf8proc_grapheme_break_stateful(before, c, &state);
    if (breaks && (!joins_since_unicode_15(static_cast<char32_t>(c)) || stands_alone(before))) break;
    before = c;
    at_ = end;
  }
  return text_.substr(begin, at_ - begin);
}

}  // namespace mha::unicode
