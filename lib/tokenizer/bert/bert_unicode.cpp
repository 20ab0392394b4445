#include "tokenizer/bert/bert_unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace mha::bert {
namespace {

struct Range {
  char32_t first, last;
};

struct Shift {
  char32_t first, last;
  std::int32_t by;
};

// Where tokenizers 0.23.3 differs from utf8proc 2.8 (Unicode 15.0). It mixes three versions: categories of
// about Unicode 8 (crate unicode_categories 0.1.1), decompositions and combining classes of Unicode 9 (crate
// unicode-normalization-alignments), and lower case of Unicode 17 (Rust's own). Found by comparing the two on
// every code point: BertNormalizer and BertPreTokenizer for categories and case, NFD beside marks of every
// class for order.

// Mn there, not in utf8proc, and the reverse.
constexpr Range also_accents[] = {{0x1734, 0x1734}};
constexpr Range no_accents[] = {
    {0x7FD, 0x7FD},     {0x898, 0x89F},     {0x8CA, 0x8E1},     {0x9FE, 0x9FE},     {0xAFA, 0xAFF},
    {0xB55, 0xB55},     {0xC04, 0xC04},     {0xC3C, 0xC3C},     {0xD00, 0xD00},     {0xD3B, 0xD3C},
    {0xD81, 0xD81},     {0xEBA, 0xEBA},     {0xECE, 0xECE},     {0x180F, 0x180F},   {0x1885, 0x1886},
    {0x1ABF, 0x1ACE},   {0x1DF6, 0x1DFB},   {0xA82C, 0xA82C},   {0xA8C5, 0xA8C5},   {0xA8FF, 0xA8FF},
    {0xA9BD, 0xA9BD},   {0x10D24, 0x10D27}, {0x10EAB, 0x10EAC}, {0x10EFD, 0x10EFF}, {0x10F46, 0x10F50},
    {0x10F82, 0x10F85}, {0x11070, 0x11070}, {0x11073, 0x11074}, {0x110C2, 0x110C2}, {0x111C9, 0x111C9},
    {0x111CF, 0x111CF}, {0x1123E, 0x1123E}, {0x11241, 0x11241}, {0x1133B, 0x1133B}, {0x11438, 0x1143F},
    {0x11442, 0x11444}, {0x11446, 0x11446}, {0x1145E, 0x1145E}, {0x1182F, 0x11837}, {0x11839, 0x1183A},
    {0x1193B, 0x1193C}, {0x1193E, 0x1193E}, {0x11943, 0x11943}, {0x119D4, 0x119D7}, {0x119DA, 0x119DB},
    {0x119E0, 0x119E0}, {0x11A01, 0x11A0A}, {0x11A33, 0x11A38}, {0x11A3B, 0x11A3E}, {0x11A47, 0x11A47},
    {0x11A51, 0x11A56}, {0x11A59, 0x11A5B}, {0x11A8A, 0x11A96}, {0x11A98, 0x11A99}, {0x11C30, 0x11C36},
    {0x11C38, 0x11C3D}, {0x11C3F, 0x11C3F}, {0x11C92, 0x11CA7}, {0x11CAA, 0x11CB0}, {0x11CB2, 0x11CB3},
    {0x11CB5, 0x11CB6}, {0x11D31, 0x11D36}, {0x11D3A, 0x11D3A}, {0x11D3C, 0x11D3D}, {0x11D3F, 0x11D45},
    {0x11D47, 0x11D47}, {0x11D90, 0x11D91}, {0x11D95, 0x11D95}, {0x11D97, 0x11D97}, {0x11EF3, 0x11EF4},
    {0x11F00, 0x11F01}, {0x11F36, 0x11F3A}, {0x11F40, 0x11F40}, {0x11F42, 0x11F42}, {0x13440, 0x13440},
    {0x13447, 0x13455}, {0x16F4F, 0x16F4F}, {0x16FE4, 0x16FE4}, {0x1CF00, 0x1CF2D}, {0x1CF30, 0x1CF46},
    {0x1E000, 0x1E006}, {0x1E008, 0x1E018}, {0x1E01B, 0x1E021}, {0x1E023, 0x1E024}, {0x1E026, 0x1E02A},
    {0x1E08F, 0x1E08F}, {0x1E130, 0x1E136}, {0x1E2AE, 0x1E2AE}, {0x1E2EC, 0x1E2EF}, {0x1E4EC, 0x1E4EF},
    {0x1E944, 0x1E94A}};

// Cf in utf8proc, not there.
constexpr Range not_removed[] = {{0x890, 0x891}, {0x8E2, 0x8E2}, {0x110CD, 0x110CD}, {0x13430, 0x1343F}};

// P there, not in utf8proc, and the reverse.
constexpr Range also_punctuation[] = {{0x166D, 0x166D}, {0x111C9, 0x111C9}};
constexpr Range no_punctuation[] = {
    {0x61D, 0x61D},     {0x9FD, 0x9FD},     {0xA76, 0xA76},     {0xC77, 0xC77},     {0xC84, 0xC84},
    {0x1B7D, 0x1B7E},   {0x2E43, 0x2E4F},   {0x2E52, 0x2E5D},   {0x10EAD, 0x10EAD}, {0x10F55, 0x10F59},
    {0x10F86, 0x10F89}, {0x1144B, 0x1144F}, {0x1145A, 0x1145B}, {0x1145D, 0x1145D}, {0x11660, 0x1166C},
    {0x116B9, 0x116B9}, {0x1183B, 0x1183B}, {0x11944, 0x11946}, {0x119E2, 0x119E2}, {0x11A3F, 0x11A46},
    {0x11A9A, 0x11A9C}, {0x11A9E, 0x11AA2}, {0x11B00, 0x11B09}, {0x11C41, 0x11C45}, {0x11C70, 0x11C71},
    {0x11EF7, 0x11EF8}, {0x11F43, 0x11F4F}, {0x11FFF, 0x11FFF}, {0x12FF1, 0x12FF2}, {0x16E97, 0x16E9A},
    {0x16FE2, 0x16FE2}, {0x1E95E, 0x1E95F}};

// Combining marks younger than Unicode 9: starters there.
constexpr Range also_starters[] = {
    {0x7FD, 0x7FD},     {0x898, 0x89F},     {0x8CA, 0x8D3},     {0x9FE, 0x9FE},     {0xC3C, 0xC3C},
    {0xD3B, 0xD3C},     {0xEBA, 0xEBA},     {0x1715, 0x1715},   {0x1ABF, 0x1ACE},   {0x1DF6, 0x1DFA},
    {0xA82C, 0xA82C},   {0x10D24, 0x10D27}, {0x10EAB, 0x10EAC}, {0x10EFD, 0x10EFF}, {0x10F46, 0x10F50},
    {0x10F82, 0x10F85}, {0x11070, 0x11070}, {0x1133B, 0x1133B}, {0x1145E, 0x1145E}, {0x11839, 0x1183A},
    {0x1193D, 0x1193E}, {0x11943, 0x11943}, {0x119E0, 0x119E0}, {0x11A34, 0x11A34}, {0x11A47, 0x11A47},
    {0x11A99, 0x11A99}, {0x11D42, 0x11D42}, {0x11D44, 0x11D45}, {0x11D97, 0x11D97}, {0x11F41, 0x11F42},
    {0x16FF0, 0x16FF1}, {0x1E08F, 0x1E08F}, {0x1E130, 0x1E136}, {0x1E2AE, 0x1E2AE}, {0x1E2EC, 0x1E2EF},
    {0x1E4EC, 0x1E4EF}};

// Lower-case forms younger than Unicode 15.
constexpr Shift lower_shifts[] = {{0x1C89, 0x1C89, 1},      {0xA7CB, 0xA7CB, 0x264 - 0xA7CB},
                                  {0xA7CC, 0xA7CC, 1},      {0xA7CE, 0xA7CE, 1},
                                  {0xA7D2, 0xA7D2, 1},      {0xA7D4, 0xA7D4, 1},
                                  {0xA7DA, 0xA7DA, 1},      {0xA7DC, 0xA7DC, 0x19B - 0xA7DC},
                                  {0x10D50, 0x10D65, 0x20}, {0x16EA0, 0x16EB8, 0x1B}};

// U+2B820..2B91F is missing: tokenizers has 2B920 where BERT's own code has 2B820.
constexpr Range ideographs[] = {{0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xF900, 0xFAFF},  {0x20000, 0x2A6DF},
                                {0x2A700, 0x2B81F}, {0x2B920, 0x2CEAF}, {0x2F800, 0x2FA1F}};

// A decomposition of Unicode 13.
constexpr char32_t not_decomposed = 0x11938;

/// The range that holds `c`, in a table in ascending order; null if none does.
template <class Entry, std::size_t size>
const Entry* find(const Entry (&table)[size], char32_t c) {
  const Entry* entry = std::lower_bound(std::begin(table), std::end(table), c,
                                        [](const Entry& e, char32_t x) { return e.last < x; });
  return entry != std::end(table) && entry->first <= c ? entry : nullptr;
}

utf8proc_category_t category(char32_t c) { return utf8proc_category(static_cast<utf8proc_int32_t>(c)); }

}  // namespace

bool is_removed(char32_t c) {
  if (c < 0x80) return ascii_kind(c) == Ascii::removed;
  if (c == 0xFFFD) return true;
  const utf8proc_category_t found = category(c);
  return (found == UTF8PROC_CATEGORY_CC || found == UTF8PROC_CATEGORY_CF || found == UTF8PROC_CATEGORY_CO) &&
         !find(not_removed, c);
}

bool is_white_space(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= 0x09 && c <= 0x0D);
  if (c < 0x2000) return c == 0x85 || c == 0xA0 || c == 0x1680;
  return c <= 0x200A || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_ideograph(char32_t c) { return c >= ideographs[0].first && find(ideographs, c); }

bool is_punctuation(char32_t c) {
  if (c < 0x80) return ascii_kind(c) == Ascii::punctuation;
  const utf8proc_category_t found = category(c);
  const bool listed = found >= UTF8PROC_CATEGORY_PC && found <= UTF8PROC_CATEGORY_PO;
  return listed ? !find(no_punctuation, c) : find(also_punctuation, c) != nullptr;
}

bool is_accent(char32_t c) {
  if (c < 0x300) return false;
  return category(c) == UTF8PROC_CATEGORY_MN ? !find(no_accents, c) : find(also_accents, c) != nullptr;
}

unsigned combining_class(char32_t c) {
  if (c < 0x300) return 0;
  const unsigned found =
      static_cast<unsigned>(utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->combining_class);
  return found != 0 && find(also_starters, c) ? 0 : found;
}

char32_t lower(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  if (c >= lower_shifts[0].first) {
    if (const Shift* shift = find(lower_shifts, c)) {
      return static_cast<char32_t>(static_cast<std::int32_t>(c) + shift->by);
    }
  }
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
}

std::span<const char32_t> decompose(char32_t c, Decomposition& room) {
  room[0] = c;
  if (c < 0xC0 || c == not_decomposed) return {room.data(), 1};
  std::array<utf8proc_int32_t, std::tuple_size_v<Decomposition>> found;
  const utf8proc_ssize_t count =
      utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), found.data(),
                              static_cast<utf8proc_ssize_t>(found.size()), UTF8PROC_DECOMPOSE, nullptr);
  // A code point that is not assigned is refused by the library, and stands for itself.
  if (count < 1 || count > static_cast<utf8proc_ssize_t>(found.size())) return {room.data(), 1};
  std::copy_n(found.begin(), count, room.begin());
  return {room.data(), static_cast<std::size_t>(count)};
}

}  // namespace mha::bert
