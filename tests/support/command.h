// Runs the built binary as a user does: from a shell, in a folder of its own.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace mha::test {

/// What a command left.
struct Outcome {
  int status;  ///< of the shell: 128 + the number of the signal where one ended it
  std::string out, err;
  double seconds;
  std::size_t peak_kilobytes;  ///< of the largest process
};

/// The sanitizers' own work needs descriptors and address space, so that limits on these bind them first.
#ifdef MHA_SANITIZE
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

/// What is refused by its figures alone stays below these, also on a busy machine.
inline constexpr double quick_seconds = sanitized ? 60 : 10;
inline constexpr std::size_t few_kilobytes = 400'000;

/// An empty folder in which command lines run, gone at the end. `mha` on a line is the built binary.
class Shell {
 public:
  Shell();
  ~Shell();
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  /// Runs a line of sh with nothing on standard input.
  Outcome run(const std::string& line) const { return run_from("/dev/null", line); }

  /// Runs a line of sh with `input` on standard input.
  Outcome run(const std::string& line, std::string_view input) const;

  /// Standard output of a line that must end with status 0 and say nothing on standard error.
  std::string output(const std::string& line) const;

  std::string path(const std::string& name) const { return folder_ / name; }
  std::string write(const std::string& name, std::string_view bytes) const;
  std::string read(const std::string& name) const;

  /// Names in the folder, hidden ones included.
  std::set<std::string> names() const;

 private:
  Outcome run_from(const std::string& input, const std::string& line) const;

  std::filesystem::path root_, folder_;
};

/// Checks that a command failed as all failures look: this status, nothing on standard output, and on
/// standard error one line that begins "mha: " and holds `words`.
void check_error(const Outcome& outcome, int status, std::string_view words);

/// The same of a failure that takes neither time nor memory.
void check_quick_error(const Outcome& outcome, int status, std::string_view words);

}  // namespace mha::test
