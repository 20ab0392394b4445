#include "bench/start.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.h"
#include "bench/timing.h"

extern char** environ;

namespace mha {
namespace {

/// Words that end in a null pointer, as execve takes them.
std::vector<char*> pointers_to_words(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> arguments_of(std::string_view command) {
  std::vector<std::string> arguments{"mha"};
  std::istringstream words{std::string(command)};
  for (std::string word; words >> word;) arguments.push_back(word);
  return arguments;
}

std::vector<std::string> environment_without_model() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with("MHA_MODEL=")) variables.emplace_back(*variable);
  }
  return variables;
}

/// Standard input and output of the child.
class Redirections {
 public:
  Redirections() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  }
  ~Redirections() { ::posix_spawn_file_actions_destroy(&actions_); }
  Redirections(const Redirections&) = delete;
  Redirections& operator=(const Redirections&) = delete;

  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// The status that a child ends with, or -1 if a signal ends it.
int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail(Status::io, "mha: cannot be waited for: {}", system_text(errno));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

double start_seconds(std::string_view command, double seconds) {
  std::vector<std::string> arguments = arguments_of(command), variables = environment_without_model();
  const std::vector<char*> argv = pointers_to_words(arguments), envp = pointers_to_words(variables);
  const Redirections redirections;
  return time_of(seconds, [&] {
    pid_t child = 0;
    const int error =
        ::posix_spawn(&child, "/proc/self/exe", redirections.get(), nullptr, argv.data(), envp.data());
    if (error != 0) fail(Status::io, "/proc/self/exe: cannot be started: {}", system_text(error));
    const int status = wait_for(child);
    if (status != 0) fail(Status::io, "mha {}: failed when it was started to be timed", command);
  });
}

}  // namespace mha
