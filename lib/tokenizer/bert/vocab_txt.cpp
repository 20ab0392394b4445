#include "tokenizer/bert/vocab_txt.h"

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/utf8.h"
#include "tokenizer/bert/bert_unicode.h"

namespace mha {
namespace {

std::string_view trim_end(std::string_view line) {
  while (!line.empty()) {
    std::size_t last = line.size() - 1;
    while (last > 0 && (static_cast<unsigned char>(line[last]) & 0xC0) == 0x80) --last;
    std::size_t offset = last;
    if (!bert::is_white_space(utf8::next(line, offset))) break;
    line = line.substr(0, last);
  }
  return line;
}

std::size_t line_of(std::string_view content, std::size_t offset) {
  return 1 + static_cast<std::size_t>(
                 std::count(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

/// What is wrong with the bytes as a whole, before lines are looked at.
void check_bytes(const std::string& path, std::string_view content) {
  if (content.size() > max_vocabulary_bytes) {
    fail(Status::limit, "{}: {} bytes; a vocabulary holds at most {}", path, content.size(),
         max_vocabulary_bytes);
  }
  if (content.starts_with("\xEF\xBB\xBF")) {
    fail(Status::data, "{}: line 1 begins with a byte order mark; save the file without one", path);
  }
  if (content.starts_with("{")) {
    const std::string_view first = content.substr(0, content.find('\n'));
    if (first.size() > 1 || content.find("\":") != std::string_view::npos) {
      fail(Status::data, "{}: this looks like JSON; give a vocab.txt with a word piece a line", path);
    }
  }
  const std::size_t nul = content.find('\0');
  const auto invalid = utf8::find_invalid(content);
  if (nul == std::string_view::npos && !invalid) return;
  // The first field of a .model is a message of a few bytes, its first piece.
  if (content[0] == '\n' && content.size() > 2 && content[2] == '\n') {
    fail(Status::data, "{}: this looks like a sentencepiece model, not text; name it FILE.model", path);
  }
  if (nul != std::string_view::npos && (!invalid || nul < *invalid)) {
    fail(Status::data, "{}: line {} holds a NUL byte; a vocabulary is text", path, line_of(content, nul));
  }
  fail(Status::data, "{}: line {} is not UTF-8; a vocabulary is UTF-8 text", path,
       line_of(content, *invalid));
}

std::vector<std::string_view> split_lines(const std::string& path, std::string_view content) {
  std::vector<std::string_view> pieces;
  while (!content.empty()) {
    if (pieces.size() == max_vocabulary_pieces) {
      fail(Status::limit, "{}: more than {} lines, the most that a vocabulary holds", path,
           max_vocabulary_pieces);
    }
    const std::size_t end = std::min(content.find('\n'), content.size());
    pieces.push_back(trim_end(content.substr(0, end)));
    content.remove_prefix(std::min(end + 1, content.size()));
    if (pieces.back().empty()) {
      fail(Status::data, "{}: line {} is blank; each line is a word piece, remove it", path, pieces.size());
    }
    if (pieces.back().size() > max_piece_bytes) {
      fail(Status::limit, "{}: line {} has {} bytes; a word piece has at most {}", path, pieces.size(),
           pieces.back().size(), max_piece_bytes);
    }
  }
  return pieces;
}

}  // namespace

PieceTable parse_vocab_txt(const std::string& path, std::string_view content) {
  if (content.empty()) fail(Status::data, "{}: the file is empty; a vocab.txt has a word piece a line", path);
  check_bytes(path, content);
  const std::vector<std::string_view> pieces = split_lines(path, content);
  PieceTable table = PieceTable::build(pieces);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const std::size_t first = *table.find(pieces[i]);
    if (first == i) continue;
    fail(Status::data, "{}: line {} repeats line {} ('{}'); each word piece stands once", path, i + 1,
         first + 1, pieces[i]);
  }
  return table;
}

}  // namespace mha
