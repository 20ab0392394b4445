#include "support/command.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace mha::test {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const fs::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

void redirect(int descriptor, const fs::path& path, int flags) {
  const int opened = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (opened < 0 || ::dup2(opened, descriptor) < 0) ::_exit(126);
}

/// Becomes a shell with the three standard descriptors alone; the environment's PATH begins with the folder
/// of the binary.
[[noreturn]] void become_shell(const std::string& line) {
  const std::string path = fs::path(MHA_BINARY).parent_path().string() + ':' + std::getenv("PATH");
  ::setenv("PATH", path.c_str(), 1);
  ::umask(022);
  ::close_range(STDERR_FILENO + 1, ~0U, 0);
  std::signal(SIGPIPE, SIG_DFL);
  ::execl("/bin/sh", "sh", "-c", line.c_str(), static_cast<char*>(nullptr));
  ::_exit(127);
}

}  // namespace

Shell::Shell() {
  std::string name = fs::temp_directory_path() / "mha_test_XXXXXX";
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  root_ = fs::canonical(name);
  folder_ = root_ / "folder";
  fs::create_directory(folder_);
}

Shell::~Shell() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

Outcome Shell::run(const std::string& line, std::string_view input) const {
  write_file(root_ / "in", input);
  return run_from(root_ / "in", line);
}

Outcome Shell::run_from(const std::string& input, const std::string& line) const {
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    redirect(STDIN_FILENO, input, O_RDONLY);
    redirect(STDOUT_FILENO, root_ / "out", O_WRONLY | O_CREAT | O_TRUNC);
    redirect(STDERR_FILENO, root_ / "err", O_WRONLY | O_CREAT | O_TRUNC);
    if (::chdir(folder_.c_str()) != 0) ::_exit(126);
    become_shell(line);
  }
  int status = 0;
  rusage usage{};
  REQUIRE(::wait4(child, &status, 0, &usage) == child);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  return {WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), read_file(root_ / "out"),
          read_file(root_ / "err"), seconds.count(), static_cast<std::size_t>(usage.ru_maxrss)};
}

std::string Shell::output(const std::string& line) const {
  const Outcome outcome = run(line);
  CAPTURE(line);
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  return outcome.out;
}

std::string Shell::write(const std::string& name, std::string_view bytes) const {
  write_file(folder_ / name, bytes);
  return folder_ / name;
}

std::string Shell::read(const std::string& name) const { return read_file(folder_ / name); }

std::set<std::string> Shell::names() const {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder_)) names.insert(entry.path().filename());
  return names;
}

void check_error(const Outcome& outcome, int status, std::string_view words) {
  CAPTURE(outcome.err);
  CAPTURE(words);
  CHECK(outcome.status == status);
  CHECK(outcome.out.empty());
  CHECK(outcome.err.starts_with("mha: "));
  CHECK(outcome.err.ends_with('\n'));
  CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
  CHECK(outcome.err.find(words) != std::string::npos);
}

void check_quick_error(const Outcome& outcome, int status, std::string_view words) {
  check_error(outcome, status, words);
  CHECK(outcome.seconds < quick_seconds);
  CHECK(outcome.peak_kilobytes < few_kilobytes);
}

}  // namespace mha::test
