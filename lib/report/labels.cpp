#include "report/labels.h"

#include <fmt/format.h>

#include <string_view>

#include "base/utf8.h"
#include "tokenizer/unicode/unicode.h"

namespace mha {
namespace {

using Origin = TemplateItem::Kind;

/// What goes before a piece that continues a word.
constexpr std::string_view continuation = "##";

/// The text that token `index` comes from.
const std::string& text_of(const Sequence& sequence, std::size_t index) {
  return sequence.origins[index] == Origin::second ? sequence.pair->bytes : sequence.text->bytes;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n"), end = text.find_last_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin, end - begin + 1);
}

/// What the bytes [begin, end) of a text say; nothing where that is blank or a part of a character.
std::optional<std::string> spelling(const std::string& text, std::size_t begin, std::size_t end) {
  const std::string_view bytes = trimmed(std::string_view(text).substr(begin, end - begin));
  if (bytes.empty() || utf8::find_invalid(bytes)) return std::nullopt;
  return std::string(bytes);
}

bool is_known(const Run& run, const Sequence& sequence) {
  return sequence.text.has_value() && run.tokenizer != nullptr;
}

Label token_label(const Run& run, const Sequence& sequence, std::size_t index) {
  const Token& token = sequence.tokens[index];
  Label label{piece_text(run, sequence, token), false, index, index + 1};
  if (!is_known(run, sequence)) return label;
  label.separator = index > 0 && sequence.origins[index] == Origin::special;
  if (sequence.origins[index] == Origin::special) return label;
  const std::string_view prefix = label.text.starts_with(continuation) ? continuation : "";
  if (auto text = spelling(text_of(sequence, index), token.begin, token.end)) {
    label.text = text->starts_with(prefix) ? *text : std::string(prefix) + *text;
  }
  return label;
}

/// Scripts that are written without spaces have a word for each of these (BERT's pre-tokenizer splits them).
bool is_ideograph(char32_t c) {
  return (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0x20000 && c <= 0x2FA1F);
}

bool joins(char32_t c) {
  return !is_ideograph(c) && (unicode::is_word(c) || unicode::is_mark(c)) && c != '_';
}

/// The character that ends just before byte `end`.
char32_t last_before(std::string_view text, std::size_t end) {
  std::size_t at = end - 1;
  while ((static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
  return utf8::next(text, at);
}

/// True for nothing and for marks, which a normalizer may have stripped off the letter before them.
bool is_marks(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (!unicode::is_mark(utf8::next(text, at))) return false;
  }
  return true;
}

/// Of the bytes of a character that a sentencepiece model has no piece for, only the last has a span.
bool is_early_byte(const Run& run, const Token& token) {
  return token.begin == token.end && run.tokenizer->piece(token.id).starts_with("<0x");
}

/// True if token `index` goes on with the word of the token before it.
bool continues_word(const Run& run, const Sequence& sequence, std::size_t index) {
  if (sequence.origins[index] == Origin::special || sequence.origins[index] != sequence.origins[index - 1]) {
    return false;
  }
  const Token &before = sequence.tokens[index - 1], &token = sequence.tokens[index];
  if (token.begin < before.end || is_early_byte(run, before)) return true;  // of one character
  const std::string_view text = text_of(sequence, index);
  if (utf8::find_invalid(text.substr(0, token.begin))) return true;  // the joint lies within a character
  if (before.begin == before.end || token.begin == token.end) return false;
  if (!is_marks(text.substr(before.end, token.begin - before.end))) return false;
  std::size_t at = token.begin;
  return joins(last_before(text, before.end)) && joins(utf8::next(text, at));
}

}  // namespace

std::string piece_text(const Run& run, const Sequence& sequence, const Token& token) {
  if (!is_known(run, sequence)) return fmt::format("{}", token.id);
  return std::string(run.tokenizer->piece(token.id));
}

Sides sides_of(const Run& run) {
  const auto labels = run.presentation.words ? word_labels : token_labels;
  Sides sides;
  for (const Sequence& sequence : run.inputs.sequences) sides.queries.push_back(labels(run, sequence));
  for (const Sequence& sequence : run.inputs.contexts) sides.keys.push_back(labels(run, sequence));
  return sides;
}

std::vector<Label> token_labels(const Run& run, const Sequence& sequence) {
  std::vector<Label> labels;
  for (std::size_t i = 0; i < sequence.tokens.size(); ++i) labels.push_back(token_label(run, sequence, i));
  return labels;
}

std::vector<Label> word_labels(const Run& run, const Sequence& sequence) {
  std::vector<Label> words;
  for (Label& label : token_labels(run, sequence)) {
    const std::size_t index = label.begin;
    if (index == 0 || !is_known(run, sequence) || !continues_word(run, sequence, index)) {
      words.push_back(std::move(label));
      continue;
    }
    Label& word = words.back();
    word.end = index + 1;
    const std::size_t begin = sequence.tokens[word.begin].begin, end = sequence.tokens[index].end;
    if (auto text = spelling(text_of(sequence, index), begin, end)) word.text = *text;
  }
  return words;
}

}  // namespace mha
