#include "tokenizer/added_tokens.h"

#include <algorithm>

#include "base/utf8.h"
#include "tokenizer/bert/bert_unicode.h"
#include "tokenizer/unicode/unicode.h"

namespace mha {
namespace {

/// Where the code point before `end` begins.
std::size_t last_begin(std::string_view text, std::size_t end) {
  do {
    --end;
  } while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80);
  return end;
}

bool ends_with_word(std::string_view text) {
  if (text.empty()) return false;
  std::size_t at = last_begin(text, text.size());
  return unicode::is_word(utf8::next(text, at));
}

bool begins_with_word(std::string_view text) {
  std::size_t at = 0;
  return !text.empty() && unicode::is_word(utf8::next(text, at));
}

/// Where the white space at the end of `text` begins.
std::size_t space_begin(std::string_view text) {
  std::size_t begin = text.size();
  while (begin > 0) {
    const std::size_t before = last_begin(text, begin);
    std::size_t at = before;
    if (!bert::is_white_space(utf8::next(text, at))) break;
    begin = before;
  }
  return begin;
}

/// Where the white space at the beginning of `text` ends.
std::size_t space_end(std::string_view text) {
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size(); end = at) {
    if (!bert::is_white_space(utf8::next(text, at))) break;
  }
  return end;
}

}  // namespace

void AddedTokenSet::add(const AddedToken& token, std::string text, std::uint32_t id) {
  if (text.empty()) return;
  begins_[static_cast<unsigned char>(text[0])] = true;
  entries_.push_back({std::move(text), token, id});
}

void AddedTokenSet::sort() {
  const auto before = [](const Entry& a, const Entry& b) { return a.text < b.text; };
  const auto same = [](const Entry& a, const Entry& b) { return a.text == b.text; };
  std::stable_sort(entries_.begin(), entries_.end(), before);
  entries_.erase(std::unique(entries_.begin(), entries_.end(), same), entries_.end());
}

/// Narrows the entries byte by byte to those that `text` may begin with.
const AddedTokenSet::Entry* AddedTokenSet::longest_at(std::string_view text) const {
  const Entry* longest = nullptr;
  auto first = entries_.begin(), last = entries_.end();
  for (std::size_t size = 0; size < text.size() && first != last; ++size) {
    const auto wanted = static_cast<unsigned char>(text[size]);
    // Of entries that agree so far, one that ends here comes first.
    const auto byte = [&](const Entry& entry) { return static_cast<unsigned char>(entry.text[size]); };
    first = std::partition_point(first, last, [&](const Entry& entry) { return byte(entry) < wanted; });
    last = std::partition_point(first, last, [&](const Entry& entry) { return byte(entry) <= wanted; });
    if (first != last && first->text.size() == size + 1) longest = &*first++;
  }
  return longest;
}

void AddedTokenSet::find(std::string_view text, Matches& matches,
                         std::vector<std::optional<std::uint32_t>>& ids) const {
  matches.clear();
  ids.clear();
  std::size_t done = 0;
  const auto put = [&](std::size_t begin, std::size_t end, std::optional<std::uint32_t> id) {
    matches.push_back({begin, end, id.has_value()});
    ids.push_back(id);
  };
  for (std::size_t at = entries_.empty() ? text.size() : 0; at < text.size();) {
    const bool may_begin = begins_[static_cast<unsigned char>(text[at])];
    const Entry* entry = may_begin ? longest_at(text.substr(at)) : nullptr;
    if (entry == nullptr) {
      ++at;
      continue;
    }
    std::size_t begin = at, end = at + entry->text.size();
    at = end;
    const bool in_word = ends_with_word(text.substr(0, begin)) || begins_with_word(text.substr(end));
    if (entry->token.single_word && in_word) continue;
    if (entry->token.lstrip) begin = std::max(space_begin(text.substr(0, begin)), done);
    if (entry->token.rstrip) end += space_end(text.substr(end));
    if (begin > end) continue;  // within the white space that the one before took
    if (done < begin) put(done, begin, std::nullopt);
    put(begin, end, entry->id);
    done = end;
  }
  if (done != text.size()) put(done, text.size(), std::nullopt);
}

}  // namespace mha
