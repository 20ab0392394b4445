#include "base/file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "base/error.h"
#include "support/folder.h"

using namespace mha;
using test::Folder;
namespace fs = std::filesystem;

namespace {

Status status_of(const std::string& path, std::size_t limit = 100) {
  try {
    read_file(path, limit);
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find(path) != std::string::npos);
    return error.status();
  }
  return Status::ok;
}

}  // namespace

TEST_CASE("a file is read whole, NULs included, and an empty one is empty") {
  const Folder folder;
  const std::string content("one\0two\r\n\xff", 10);
  CHECK(read_file(folder.write("a", content), 100) == content);
  CHECK(read_file(folder.write("b", ""), 100).empty());
}

TEST_CASE("a file of just the limit is read, one byte more is over the limit") {
  const Folder folder;
  CHECK(read_file(folder.write("a", std::string(100, 'x')), 100).size() == 100);
  CHECK(status_of(folder.write("b", std::string(101, 'x'))) == Status::limit);
  CHECK(status_of("/dev/zero", 1000000) == Status::limit);
}

TEST_CASE("what cannot be read is an input error that names the path and the reason") {
  const Folder folder;
  CHECK(status_of(folder.path("missing")) == Status::io);
  CHECK(status_of(folder.path()) == Status::io);
  fs::create_symlink(folder.path("loop"), folder.path("loop"));
  CHECK(status_of(folder.path("loop")) == Status::io);
  CHECK_THROWS_WITH_AS(read_file("/", 10), "/: cannot be read: Is a directory", Error);
}

TEST_CASE("a pipe is read to its end") {
  const Folder folder;
  const std::string path = folder.path("pipe");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  std::thread writer([&] { std::ofstream(path) << std::string(200000, 'y'); });
  CHECK(read_file(path, 1000000) == std::string(200000, 'y'));
  writer.join();
}
