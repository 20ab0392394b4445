// Writing: to standard output, and to files that are whole or not there.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/sink.h"
#include "base/unfinished.h"

namespace mha {

/// Writes all of it to standard output. Throws Error(io) with the system's text if that fails; a reader that
/// has gone away ends the process quietly (SIGPIPE).
void write_stdout(std::string_view bytes);

/// A file being written. A regular file appears under its name only with commit(), whole, in place of what
/// was there; until then the old one stays as it is, whatever happens. Devices, pipes and descriptors
/// (/dev/stdout, /dev/fd/3, a FIFO) are written through and never replaced. "-" is standard output. A
/// symbolic link is followed, its target replaced; an existing file's permissions are kept.
class OutputFile : public Sink {
 public:
  /// Opens it, so that a path that cannot be written fails before any work. Throws Error(io).
  explicit OutputFile(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile() override;  ///< without commit, nothing is left behind

  using Sink::write;
  void write(const void* data, std::size_t size) override;
  bool can_rewrite() const override { return !target_.empty(); }
  void rewrite(std::size_t offset, std::string_view bytes) override;

  /// Puts the file in place, durable. Throws Error(io).
  void commit();

 private:
  void open_beside(const std::string& target, unsigned mode);
  void give_name();
  [[noreturn]] void fail_io(int error_number) const;

  std::string path_;                         ///< as given, for messages
  std::string target_;                       ///< what commit replaces; empty when written through
  std::optional<UnfinishedFile> temporary_;  ///< what is written to, once it has a name
  int descriptor_ = -1;
  unsigned mode_ = 0;
};

/// True for a path that stands for standard output: "-", /dev/stdout, /dev/fd/1, /proc/self/fd/1.
bool is_stdout(const std::string& path);

/// True for a path that is a terminal, or that stands for an open descriptor which is one.
bool is_terminal(const std::string& path);

/// True when both paths lead to the same file, be it there or not yet.
bool same_file(const std::string& a, const std::string& b);

}  // namespace mha
