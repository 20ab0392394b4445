#include "tokenizer/text.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "base/error.h"

using namespace mha;

namespace {

/// A file of these bytes for as long as it lives.
class File {
 public:
  explicit File(std::string_view bytes) {
    ::close(::mkstemp(path.data()));
    std::ofstream(path, std::ios::binary) << bytes;
  }
  ~File() { ::unlink(path.c_str()); }
  File(const File&) = delete;

  std::string path = "/tmp/mha-test-XXXXXX";
};

std::vector<std::string> lines_of(std::string_view bytes, TextFormat format = {}) {
  std::vector<std::string> lines;
  for (const Text& text : read_texts(File(bytes).path, format)) lines.push_back(text.bytes);
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a line ends in LF or CR LF, the last one may have no end, an empty one is a text") {
  CHECK(lines_of("") == Lines{});
  CHECK(lines_of("a\nb") == Lines{"a", "b"});
  CHECK(lines_of("a\r\n\r\nb\n") == Lines{"a", "", "b"});
  CHECK(lines_of("\n") == Lines{""});
  CHECK(lines_of(std::string_view("a\0b\n", 4)) == Lines{std::string("a\0b", 3)});
}

TEST_CASE("records end in NUL alone when they are asked to") {
  const TextFormat format{.null_separated = true};
  CHECK(lines_of(std::string_view("a\nb\r\0c\0", 7), format) == Lines{"a\nb\r", "c"});
}

TEST_CASE("text that is not UTF-8 is refused with its line and byte, or replaced") {
  const File file("good\nbad \xff here\n");
  CHECK_THROWS_WITH_AS(
      read_texts(file.path, {}),
      (file.path + ": line 2, byte 5: not UTF-8 (0xff); convert the text, or give --invalid-utf8 replace")
          .c_str(),
      Error);
  const TextFormat format{.invalid = InvalidUtf8::replace};
  CHECK(read_texts(file.path, format)[1].bytes == "bad \ufffd here");
}
