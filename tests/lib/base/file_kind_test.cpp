// What files are, by how they begin.
#include "base/file_kind.h"

#include <doctest/doctest.h>

#include <string>

#include "support/folder.h"

using namespace mha;
using namespace std::literals;

TEST_CASE("a kind is told by the first bytes") {
  const struct {
    std::string_view begin;
    FileKind kind;
  } files[] = {
      {"\x93NUMPY\x01\0v\0{'descr'"sv, FileKind::numpy},
      {"\x40\0\0\0\0\0\0\0{\"a\":"sv, FileKind::safetensors},
      {"\x80\x02\0\0\0\0\0\0{\"a\":"sv, FileKind::safetensors},  // as a pickle begins
      {"\x80\x02}q"sv, FileKind::pickle},
      {"PK\x05\x06\0\0"sv, FileKind::zip},
      {"%PDF-1.7\n"sv, FileKind::pdf},
      {"SQLite format 3\0\x10"sv, FileKind::sqlite},
      {"version https://git-lfs.github.com/spec/v1\n"sv, FileKind::git_lfs},
      {"\xef\xbb\xbf\n <HTML lang=en>"sv, FileKind::html},
      {"<?xml version='1.0'?>\n<svg xmlns="sv, FileKind::svg},
      {"<?xml version='1.0'?>\n<note>"sv, FileKind::xml},
      {"<svg/>"sv, FileKind::svg},
      {" [1, 2]"sv, FileKind::json},
      {"layer,head,weight\r\n0,0,0.5\r\n"sv, FileKind::text},
      {"\xe4\xbd\xa0\xe5\xa5\xbd"sv, FileKind::text},
      {"\xe4\xbd"sv, FileKind::unknown},  // cut by its writer, not by the reader
      {"a\0b"sv, FileKind::unknown},
      {"caf\xe9 au lait"sv, FileKind::unknown},  // Latin-1
  };
  for (const auto& file : files) {
    CAPTURE(file.begin);
    CHECK(file_kind(file.begin) == file.kind);
    CHECK(!to_text(file.kind).empty());
  }
}

TEST_CASE("a character that the end of what is looked at cuts through does not make text binary") {
  for (std::size_t before = 0; before < 4; ++before) {
    std::string text(before, 'a');
    while (text.size() < file_kind_bytes + 8) text += "\xf0\x9f\x98\x80";
    CHECK(file_kind(text.substr(0, file_kind_bytes)) == FileKind::text);
    CHECK(file_kind(text) == FileKind::text);
  }
}

TEST_CASE("a file that is empty, not there or no regular file has no kind") {
  const test::Folder folder;
  CHECK(!kind_of_file(folder.path("absent")));
  CHECK(!kind_of_file(folder.path()));
  CHECK(!kind_of_file("/dev/null"));
  CHECK(!kind_of_file(folder.write("empty", "")));
  CHECK(kind_of_file(folder.write("note", "a")) == FileKind::text);
  CHECK(kind_of_file(folder.write("long", std::string(2 * file_kind_bytes, '\0'))) == FileKind::unknown);
}
