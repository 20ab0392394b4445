// Regular expressions by Oniguruma, the engine of Hugging Face's `tokenizers`.
#include <oniguruma.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/utf8.h"
#include "tokenizer/unicode/pattern.h"
#include "tokenizer/unicode/unicode.h"

namespace mha {
namespace {

/// Steps back within one match, as the library has it by default, and in one search for the next.
constexpr unsigned long max_retries_in_match = 10'000'000, max_retries_in_search = 100'000'000;

using Byte = OnigUChar;

const Byte* bytes(std::string_view text) { return reinterpret_cast<const Byte*>(text.data()); }

/// The library's text for a code, on one line.
std::string reason(int code, OnigErrorInfo* info = nullptr) {
  std::array<Byte, ONIG_MAX_ERROR_MESSAGE_LEN> room{};
  const int size = onig_error_code_to_str(room.data(), code, info);
  return utf8::printable(utf8::replace_invalid(
      {reinterpret_cast<const char*>(room.data()), static_cast<std::size_t>(std::max(size, 0))}));
}

/// The code points of a kind, as the library wants them: a count, then first and last of each range.
template <class IsKind>
std::vector<OnigCodePoint> ranges_of(IsKind is_kind) {
  std::vector<OnigCodePoint> ranges = {0};
  for (char32_t c = 0; c < 0x110000; ++c) {
    // Planes 4 to 13 are not assigned.
    if (c == 0x40000) c = 0xE0000;
    if (!is_kind(c)) continue;
    if (ranges[0] != 0 && ranges.back() == c - 1) {
      ranges.back() = c;
    } else {
      ++ranges[0];
      ranges.insert(ranges.end(), {static_cast<OnigCodePoint>(c), static_cast<OnigCodePoint>(c)});
    }
  }
  return ranges;
}

/// \w inside of a class: words without joiners.
bool is_word(char32_t c) { return unicode::is_word(c) && c != 0x200C && c != 0x200D; }

/// \w by itself: the library looks ASCII and Latin-1 up in a table of its own, where numbers are words.
bool is_word_or_number(char32_t c) {
  constexpr std::u32string_view numbers = U"\u00B2\u00B3\u00B9\u00BC\u00BD\u00BE";
  return is_word(c) || numbers.find(c) != numbers.npos;
}

/// The code points of the categories that are wanted.
template <class IsWanted>
std::vector<OnigCodePoint> ranges_of_categories(IsWanted is_wanted) {
  static const std::vector<unicode::CategoryRun> runs = unicode::category_runs();
  std::vector<OnigCodePoint> ranges = {0};
  for (const unicode::CategoryRun& run : runs) {
    if (!is_wanted(run.category)) continue;
    if (ranges[0] != 0 && ranges.back() + 1 == run.first) {
      ranges.back() = run.last;
    } else {
      ++ranges[0];
      ranges.insert(ranges.end(),
                    {static_cast<OnigCodePoint>(run.first), static_cast<OnigCodePoint>(run.last)});
    }
  }
  return ranges;
}

bool is_punctuation(std::string_view category) { return category[0] == 'P' || category[0] == 'S'; }

/// Classes in which the library of Debian 12 (6.9.8, Unicode 14) differs from the official one (Unicode 16,
/// and symbols are punctuation): categories under their own names, others under names of ours.
constexpr std::string_view categories[] = {"L",  "Lu", "Ll", "Lm", "Lo", "M", "Mn", "Mc", "N",
                                           "Nd", "No", "P",  "Pd", "Po", "S", "Sm", "So"};
constexpr std::string_view word_class = "mhaword", word_or_number_class = "mhawordornumber",
                           punctuation_class = "mhapunctuation";

std::vector<OnigCodePoint> ranges_of_class(std::string_view name) {
  if (name == word_class) return ranges_of(is_word);
  if (name == word_or_number_class) return ranges_of(is_word_or_number);
  if (name == punctuation_class) return ranges_of_categories(is_punctuation);
  return ranges_of_categories([&](std::string_view category) { return category.starts_with(name); });
}

/// Defines a class anew, once in a process.
void define_class(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string_view, std::vector<OnigCodePoint>> defined;
  const std::lock_guard lock(mutex);
  if (defined.contains(name)) return;
  std::vector<OnigCodePoint>& ranges = defined[name] = ranges_of_class(name);
  onig_unicode_define_user_property(std::string(name).c_str(), ranges.data());
}

struct Notation {
  std::string_view written;
  bool negated, in_class, outside;  ///< where it has this meaning: inside of brackets, outside of them
  std::string_view name;
};
constexpr Notation notations[] = {{R"(\w)", false, false, true, word_or_number_class},
                                  {R"(\W)", true, false, true, word_or_number_class},
                                  {R"(\w)", false, true, false, word_class},
                                  {R"(\W)", true, true, false, word_class},
                                  {R"(\d)", false, true, true, "Nd"},
                                  {R"(\D)", true, true, true, "Nd"},
                                  {"[:word:]", false, true, false, word_class},
                                  {"[:^word:]", true, true, false, word_class},
                                  {"[:punct:]", false, true, false, punctuation_class},
                                  {"[:^punct:]", true, true, false, punctuation_class}};

/// The name in \p{L}, \P{L} or \p{^L}, if `rest` begins with one of them.
std::string_view category_at(std::string_view rest) {
  if (!rest.starts_with(R"(\p{)") && !rest.starts_with(R"(\P{)")) return {};
  rest.remove_prefix(rest.substr(3, 1) == "^" ? 4 : 3);
  const std::string_view name = rest.substr(0, rest.find('}'));
  const auto found = std::find(std::begin(categories), std::end(categories), name);
  return found == std::end(categories) ? std::string_view() : *found;
}

/// The expression with the classes that differ by names, which are then defined.
std::string translate(std::string_view expression) {
  std::string translated;
  for (std::size_t brackets = 0; !expression.empty();) {
    const auto begins = [&](const Notation& notation) {
      return (brackets > 0 ? notation.in_class : notation.outside) &&
             expression.starts_with(notation.written);
    };
    const auto notation = std::find_if(std::begin(notations), std::end(notations), begins);
    if (notation != std::end(notations)) {
      define_class(notation->name);
      translated += fmt::format(R"(\{}{{{}}})", notation->negated ? 'P' : 'p', notation->name);
      expression.remove_prefix(notation->written.size());
      continue;
    }
    if (const std::string_view name = category_at(expression); !name.empty()) define_class(name);
    if (expression[0] == '[') ++brackets;
    if (expression[0] == ']' && brackets > 0) --brackets;
    // A backslash takes the next character with it.
    const std::size_t size = expression[0] == '\\' && expression.size() > 1 ? 2 : 1;
    translated += expression.substr(0, size);
    expression.remove_prefix(size);
  }
  return translated;
}

void initialize() {
  static std::once_flag once;
  std::call_once(once, [] {
    OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
    onig_initialize(encodings, 1);
    onig_set_retry_limit_in_match(max_retries_in_match);
    onig_set_retry_limit_in_search(max_retries_in_search);
  });
}

class Regex : public Pattern {
 public:
  Regex(const std::string& expression, std::string_view place) : place_(place) {
    initialize();
    const std::string translated = translate(expression);
    OnigErrorInfo info{};
    const Byte* begin = bytes(translated);
    const int code = onig_new(&regex_, begin, begin + translated.size(), ONIG_OPTION_NONE, ONIG_ENCODING_UTF8,
                              ONIG_SYNTAX_DEFAULT, &info);
    if (code == ONIG_NORMAL) return;
    fail(Status::data, "{}: '{}' is no regular expression: {}", place, utf8::printable(expression),
         reason(code, &info));
  }
  ~Regex() override { onig_free(regex_); }
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;

  void find(std::string_view text, Matches& matches) const override {
    matches.clear();
    if (text.empty()) return;
    const Region region;
    std::optional<std::size_t> last_end;
    for (std::size_t at = 0; at <= text.size();) {
      if (!search(text, at, *region.get())) break;
      const auto begin = static_cast<std::size_t>(region.get()->beg[0]);
      const auto end = static_cast<std::size_t>(region.get()->end[0]);
      // As `tokenizers`: no empty match right behind another match.
      if (begin == end && last_end == end) {
        if (at == text.size()) break;
        utf8::next(text, at);
        continue;
      }
      add_match(matches, begin, end);
      last_end = at = end;
    }
    add_rest(matches, text.size());
  }

 private:
  struct Region {
    Region() : region_(onig_region_new()) {
      if (region_ == nullptr) throw std::bad_alloc();
    }
    ~Region() { onig_region_free(region_, 1); }
    OnigRegion* get() const { return region_; }

   private:
    OnigRegion* region_;
  };

  bool search(std::string_view text, std::size_t from, OnigRegion& region) const {
    const Byte* begin = bytes(text);
    const Byte* end = begin + text.size();
    const int code = onig_search(regex_, begin, end, begin + from, end, &region, ONIG_OPTION_NONE);
    if (code == ONIG_MISMATCH) return false;
    if (code >= 0) return true;
    fail(Status::limit, "{}: the regular expression gives up on a text of {} bytes: {}", place_, text.size(),
         reason(code));
  }

  std::string place_;
  OnigRegex regex_ = nullptr;
};

}  // namespace

std::unique_ptr<Pattern> match_regex(const std::string& expression, std::string_view place) {
  return std::make_unique<Regex>(expression, place);
}

}  // namespace mha
