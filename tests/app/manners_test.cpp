// --save beside what is there: files of another kind are not replaced, terminals get no binary data.
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "base/file_kind.h"
#include "report/files.h"
#include "support/command.h"
#include "support/file_formats.h"
#include "support/terminal.h"
#include "support/words.h"

using namespace mha;
using test::check_error;
using test::check_quick_error;
using test::holds;
using test::on_terminal;
using test::Outcome;
using test::Shell;
using namespace std::literals;

namespace {

/// A small run that says nothing.
const std::string run = "mha --quiet --text 'a b' --hidden-size 8 --num-heads 2 ";
const std::string save = run + "--save output=";

}  // namespace

TEST_CASE(
    "a file of another kind is not replaced: status 2, what it is, what to do, and it stays as it was") {
  const Shell shell;
  const struct {
    std::string_view bytes, kind;
  } files[] = {
      {"notes of a week\n", "which is a text, "},
      {"{\"a\": 1}", "which is JSON, "},
      {"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"sv, "which is a PNG picture, "},
      {"PK\x03\x04\x14\0\0\0"sv, "which is a zip archive, "},
      {"\x1f\x8b\x08\0"sv, "which is compressed by gzip, "},
      {"\x7f"
       "ELF\x02\x01"sv,
       "which is a program, "},
      {"\0\x01\x02\x03\xff\xfe"sv, "which is binary data of a kind that mha does not know, "},
      {"<!DOCTYPE html>\n<p>", "which is an HTML page, "},
  };
  for (const auto& file : files) {
    for (const char* name : {"old.npy", "old.safetensors"}) {
      CAPTURE(std::string(file.kind));
      shell.write(name, file.bytes);
      check_quick_error(shell.run(save + name), 2, file.kind);
      CHECK(holds(shell.run(save + name).err, "--overwrite"));
      CHECK(shell.read(name) == file.bytes);
    }
  }
  shell.output("ln -s old.npy link.npy");
  check_error(shell.run(save + "link.npy"), 2, "link.npy: there is such a file, which is an HTML page");
  shell.output(save + "a.npy");
  shell.output("mv a.npy a.safetensors");
  check_error(shell.run(save + "a.safetensors"), 2, "which is a NumPy array, not a safetensors file");
}

TEST_CASE("a file of the same kind, an empty one and one for --overwrite are replaced, in every format") {
  const Shell shell;
  for (const FileFormat& format : file_formats) {
    const std::string name = "new" + std::string(format.extension);
    const std::string file = "--save " + test::tensor_for(format) + "=" + name;
    CAPTURE(name);
    shell.output(run + file);
    const std::string first = shell.read(name);
    CHECK(file_kind(first) == format.kind);
    shell.output(run + "--seed 1 " + file);
    CHECK(shell.read(name) != first);
    shell.write(name, "");
    shell.output(run + file);
    CHECK(shell.read(name) == first);
    shell.write(name, "\0\x01\x02 something else"sv);
    check_error(shell.run(run + file), 2, "--overwrite");
    shell.output(run + file + " --overwrite");
    CHECK(shell.read(name) == first);
  }
}

TEST_CASE("binary data is not written to a terminal, by whatever name it goes") {
  const Shell shell;
  for (const char* place :
       {"-", "/dev/stdout", "/dev/tty", "$(tty)", "/dev/fd/1", "/dev/stderr", "link.npy"}) {
    CAPTURE(place);
    const Outcome outcome = on_terminal(shell, "ln -sf $(tty) link.npy; " + save + place);
    CHECK(outcome.status == 2);
    CHECK(holds(outcome.out, "mha: --save "));
    CHECK(holds(outcome.out, "binary data is not written to a terminal; redirect it, or give a file name"));
    CHECK(!holds(outcome.out, "NUMPY"));
  }
  CHECK(on_terminal(shell, save + "- > piped.npy").status == 0);
  CHECK(shell.read("piped.npy").starts_with("\x93NUMPY"));
  CHECK(on_terminal(shell, save + "/dev/null").status == 0);
}
