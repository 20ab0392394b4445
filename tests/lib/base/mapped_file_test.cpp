#include "base/mapped_file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/output.h"
#include "support/child.h"
#include "support/folder.h"

using namespace mha;
using test::Folder;
using test::run_in_child;

namespace {

std::string_view text_of(const MappedFile& file) {
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

void touch(const std::byte& byte) { static_cast<void>(*static_cast<const volatile std::byte*>(&byte)); }

Status status_of(const std::string& path) {
  try {
    const MappedFile file(path);
  } catch (const Error& error) {
    CHECK(std::string(error.what()).starts_with(path + ": "));
    return error.status();
  }
  return Status::ok;
}

/// From now on the system has no maps of files; false if it does not let itself be so restricted.
bool refuse_maps_of_files() {
  sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[4])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0xFFFFFFFFU, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENODEV),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{sizeof(steps) / sizeof(*steps), steps};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

}  // namespace

TEST_CASE("a mapped file is the bytes of the file, and an empty one is none") {
  const Folder folder;
  const std::string content("one\0two\xff", 8);
  CHECK(text_of(MappedFile(folder.write("a", content))) == content);
  CHECK(MappedFile(folder.write("b", "")).bytes().empty());
  MappedFile first(folder.path("a"));
  const MappedFile second(std::move(first));
  CHECK(text_of(second) == content);
}

TEST_CASE("what is no regular file cannot be mapped, and a pipe does not keep it waiting") {
  const Folder folder;
  CHECK(status_of(folder.path("missing")) == Status::io);
  CHECK(status_of(folder.path()) == Status::io);
  CHECK(status_of("/dev/zero") == Status::data);
  REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0600) == 0);
  CHECK(status_of(folder.path("pipe")) == Status::data);
  REQUIRE(::symlink("loop", folder.path("loop").c_str()) == 0);
  CHECK(status_of(folder.path("loop")) == Status::io);
  CHECK_THROWS_WITH_AS(MappedFile(std::string("a\0b", 3)), "a\\u0000b: a path cannot hold a NUL", Error);
}

TEST_CASE("a mapped file that another replaces by its name stays what it was") {
  const Folder folder;
  const MappedFile file(folder.write("a", "old"));
  folder.write("b", "new content");
  REQUIRE(::rename(folder.path("b").c_str(), folder.path("a").c_str()) == 0);
  CHECK(text_of(file) == "old");
}

TEST_CASE("a file that shrinks under its map ends the process with one line and status 4") {
  const Folder folder;
  const std::string path = folder.write("we\nights", std::string(20000, 'x'));
  const auto outcome = run_in_child([&] {
    const MappedFile other(folder.write("other", "y"));
    const MappedFile file(path);
    touch(file.bytes()[9000]);
    static_cast<void>(::truncate(path.c_str(), 5000));
    touch(file.bytes()[4999]);
    touch(file.bytes()[9000]);
  });
  CHECK(outcome.status == 4);
  CHECK(outcome.err == "mha: " + folder.path("we\\u000aights") +
                           ": shrank or failed while being read (SIGBUS at offset 9000); let nothing write "
                           "to it, or copy it to a local disk, and run again\n");
}

TEST_CASE("that end leaves the old output file and no unfinished one") {
  const Folder folder;
  const std::string path = folder.write("weights", std::string(9000, 'x'));
  folder.write("out/result", "old");
  const auto outcome = run_in_child([&] {
    OutputFile output(folder.path("out/result"));
    output.write("new");
    const UnfinishedFile named(folder.write("out/.mha-1", "part"));
    const MappedFile file(path);
    static_cast<void>(::truncate(path.c_str(), 0));
    touch(file.bytes()[0]);
  });
  CHECK(outcome.status == 4);
  CHECK(text_of(MappedFile(folder.path("out/result"))) == "old");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path("out")), {}) == 1);
}

TEST_CASE("a bus error elsewhere, or sent by a process, keeps its meaning") {
  const Folder folder;
  const std::string path = folder.write("weights", std::string(9000, 'x'));
  const auto guarded = [&](auto work) {
    return run_in_child([&] {
      std::signal(SIGBUS, SIG_DFL);  // a sanitizer has its own
      const rlimit no_core{};
      ::setrlimit(RLIMIT_CORE, &no_core);
      { const MappedFile gone(path); }
      const MappedFile file(path);
      work();
    });
  };
  const auto elsewhere = guarded([&] {
    const int other = ::open(folder.write("other", std::string(9000, 'y')).c_str(), O_RDONLY);
    const auto* map = static_cast<const std::byte*>(::mmap(nullptr, 9000, PROT_READ, MAP_PRIVATE, other, 0));
    static_cast<void>(::truncate(folder.path("other").c_str(), 0));
    touch(map[0]);
  });
  CHECK(elsewhere.status == 128 + SIGBUS);
  CHECK(elsewhere.err.empty());
  const auto sent = guarded([] { ::kill(::getpid(), SIGBUS); });
  CHECK(sent.status == 128 + SIGBUS);
  CHECK(sent.err.empty());
}

TEST_CASE("where a file cannot be mapped it is read") {
  const Folder folder;
  const std::string path = folder.write("weights", std::string(300000, 'x'));
  const auto outcome = run_in_child([&] {
    if (!refuse_maps_of_files()) ::_exit(77);
    const MappedFile file(path);
    const bool same = text_of(file) == std::string(300000, 'x');
    static_cast<void>(::truncate(path.c_str(), 0));
    ::_exit(same && text_of(file).back() == 'x' ? 0 : 1);
  });
  if (outcome.status == 77) return;  // no such filters here
  CHECK(outcome.status == 0);
}
