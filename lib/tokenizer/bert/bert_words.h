// The first half of the uncased BERT tokenizer: a text becomes normalised words that know where they come
// from.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mha::bert {

/// Bytes [begin, end) of the original text.
struct Span {
  std::size_t begin, end;
};

/// A normalised word of up to `max_size` code points; of a longer one only the place and the fact are kept.
class Word {
 public:
  static constexpr std::size_t max_size = 100;

  Word() { text_.reserve(4 * max_size); }

  void clear() {
    size_ = 0;
    text_.clear();
  }
  void add(char32_t c, Span span);

  bool empty() const { return size_ == 0; }
  bool too_long() const { return size_ > max_size; }
  Span span() const { return {spans_[0].begin, last_.end}; }

  /// Code points; of a word that is not too long.
  std::size_t size() const { return size_; }
  std::string_view text() const { return text_; }
  /// Byte of text() at which a code point begins; `i` may be size().
  std::size_t offset(std::size_t i) const { return i == size_ ? text_.size() : offsets_[i]; }
  Span span(std::size_t i) const { return spans_[i]; }

 private:
  std::size_t size_ = 0;
  Span last_{};
  std::string text_;
  std::array<std::uint16_t, max_size> offsets_;
  std::array<Span, max_size> spans_;
};

/// Walks a text from word to word: clean_text, handle_chinese_chars, strip_accents and lowercase of
/// BertNormalizer, then the splits of BertPreTokenizer, in Hugging Face's `tokenizers` 0.23. Memory does not
/// grow with the length of a word, but for runs of combining marks.
class Words {
 public:
  /// Bytes [begin, end) of `text`, which is well-formed UTF-8.
  Words(std::string_view text, std::size_t begin, std::size_t end) : text_(text), at_(begin), end_(end) {}

  /// The next word, or null at the end; valid until the next call.
  const Word* next();

 private:
  /// A code point of a decomposition. The first stands for the code point that was decomposed; a later one
  /// takes the place of whatever stands before it once marks are in canonical order.
  struct Part {
    char32_t c;
    bool later;
  };

  bool take_ascii();
  bool take_other();
  bool take_part(const Part& part, Span span);
  void flush_marks();
  bool put(char32_t c, Span span);
  void put_single(char32_t c, Span span);
  const Word* take_single();

  std::string_view text_;
  std::size_t at_, end_;
  Word word_, single_;  // single_: a word of one code point that stands behind word_
  bool single_waits_ = false;
  std::vector<Part> marks_;       // non-starters that wait for the next starter
  std::vector<Span> mark_spans_;  // the places of those that are not `later`
  bool any_mark_stays_ = false;
  Span last_{};  // the place of the starter or mark before
};

}  // namespace mha::bert
