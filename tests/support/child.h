// A part of a test that may end the process.
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <exception>
#include <string>

namespace mha::test {

/// How a child process ended.
struct ChildOutcome {
  int status;  ///< what it gave to exit, or 128 + the number of the signal that ended it
  std::string err;
};

/// Runs work() in a child of this process, which ends with status 0 after it and with 99 if it throws.
template <class Work>
ChildOutcome run_in_child(Work work) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::dup2(ends[1], STDERR_FILENO);
    try {
      work();
    } catch (const std::exception&) {
      ::_exit(99);
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  ChildOutcome outcome{};
  std::array<char, 4096> part{};
  for (ssize_t count = 0; (count = ::read(ends[0], part.data(), part.size())) > 0;) {
    outcome.err.append(part.data(), static_cast<std::size_t>(count));
  }
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  outcome.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return outcome;
}

}  // namespace mha::test
