#include "tokenizer/bert/vocab_txt.h"

#include <doctest/doctest.h>

#include <string>

#include "base/error.h"

using namespace mha;

namespace {

std::string refusal(const std::string& content, Status status = Status::data) {
  try {
    parse_vocab_txt("v.txt", content);
  } catch (const Error& error) {
    CHECK(error.status() == status);
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("line ends of Windows, white space at line ends and a missing last line end are read over") {
  for (const char* content : {"a\nb\n", "a\r\nb\r\n", "a \t\nb", "a\u00a0\nb\u3000\n"}) {
    const PieceTable table = parse_vocab_txt("v.txt", content);
    CHECK(table.size() == 2);
    CHECK(table.find("a") == 0);
    CHECK(table.find("b") == 1);
  }
}

TEST_CASE("a flaw in a vocab.txt is named with its line") {
  CHECK(refusal("") == "v.txt: the file is empty; a vocab.txt has a word piece a line");
  CHECK(refusal("a\nb\na\n") == "v.txt: line 3 repeats line 1 ('a'); each word piece stands once");
  CHECK(refusal("a\n\nb\n") == "v.txt: line 2 is blank; each line is a word piece, remove it");
  CHECK(refusal("a\nb\n\n") == "v.txt: line 3 is blank; each line is a word piece, remove it");
  CHECK(refusal("a\n \t\u2003\nb\n") == "v.txt: line 2 is blank; each line is a word piece, remove it");
  CHECK(refusal("\ufeffa\nb\n") == "v.txt: line 1 begins with a byte order mark; save the file without one");
  CHECK(refusal(std::string("a\nb\0c\n", 6)) == "v.txt: line 2 holds a NUL byte; a vocabulary is text");
  CHECK(refusal("a\nb\n\xff\n") == "v.txt: line 3 is not UTF-8; a vocabulary is UTF-8 text");
  CHECK(refusal("{\n  \"a\": 0\n}\n") ==
        "v.txt: this looks like JSON; give a vocab.txt with a word piece a line");
}

TEST_CASE("a piece, a file and a number of lines beyond reason are over a limit") {
  CHECK(refusal("a\n" + std::string(4097, 'x'), Status::limit) ==
        "v.txt: line 2 has 4097 bytes; a word piece has at most 4096");
  CHECK(refusal("a\n" + std::string(4096, 'x')) == "accepted");
  CHECK(refusal(std::string(max_vocabulary_bytes + 1, 'x'), Status::limit).find("at most 67108864") !=
        std::string::npos);
  std::string many;
  for (std::size_t i = 0; i <= max_vocabulary_pieces; ++i) many += std::to_string(i) + "\n";
  CHECK(refusal(many, Status::limit).find("more than 2097152 lines") != std::string::npos);
}
