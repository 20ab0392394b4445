#include "base/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/descriptor.h"
#include "base/error.h"
#include "base/utf8.h"
#include "base/write_all.h"

namespace mha {
namespace {

namespace fs = std::filesystem;

/// A reader that has gone away is no error of ours: end as SIGPIPE ends a process, even if it is ignored.
void quit_if_reader_left(int error_number) {
  if (error_number != EPIPE) return;
  std::signal(SIGPIPE, SIG_DFL);
  std::raise(SIGPIPE);
}

/// The open descriptor that a path stands for: "-", /dev/stdout, /dev/stderr, /dev/fd/N.
std::optional<int> descriptor_of(const std::string& path) {
  if (path == "-" || path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  for (std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(folder)) continue;
    int number = -1;
    const char* end = path.data() + path.size();
    if (std::from_chars(path.data() + folder.size(), end, number).ptr == end) return number;
  }
  return std::nullopt;
}

/// The path at the end of a chain of symbolic links, which need not exist.
std::string follow_links(const std::string& path, int& error_number) {
  fs::path place = path;
  std::error_code error;
  for (int hops = 0; hops < 40; ++hops) {
    if (!fs::is_symlink(fs::symlink_status(place, error))) return place.string();
    const fs::path link = fs::read_symlink(place, error);
    place = link.is_absolute() ? link : place.parent_path() / link;
  }
  error_number = ELOOP;
  return path;
}

std::string folder_of(const std::string& path) {
  const fs::path parent = fs::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

/// While it lives no signal ends the process: between a temporary name and the final one it would leave the
/// former.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsHeld() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  sigset_t before_;
};

/// Makes a rename in the folder durable; a file system that cannot is as durable as it can be.
void sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

unsigned creation_mode() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666U & ~mask;
}

}  // namespace

void write_stdout(std::string_view bytes) {
  const int error_number = write_all(STDOUT_FILENO, bytes.data(), bytes.size());
  quit_if_reader_left(error_number);
  if (error_number != 0)
    fail(Status::io, "standard output: cannot be written: {}", system_text(error_number));
}

OutputFile::OutputFile(const std::string& path) : path_(path) {
  if (const std::optional<int> open = descriptor_of(path)) {
    descriptor_ = ::fcntl(*open, F_DUPFD_CLOEXEC, 3);
    if (descriptor_ < 0) fail_io(errno);
    return;
  }
  struct stat info {};
  const bool exists = ::stat(path.c_str(), &info) == 0;
  if (!exists && errno != ENOENT) fail_io(errno);
  if (exists && S_ISDIR(info.st_mode)) fail_io(EISDIR);
  if (exists && !S_ISREG(info.st_mode)) {
    descriptor_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail_io(errno);
    return;
  }
  if (exists && ::access(path.c_str(), W_OK) != 0) fail_io(errno);
  int link_error = 0;
  const std::string target = follow_links(path, link_error);
  if (link_error != 0) fail_io(link_error);
  open_beside(target, exists ? info.st_mode & 07777U : creation_mode());
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : Sink(other),
      path_(std::move(other.path_)),
      target_(std::move(other.target_)),
      temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      mode_(other.mode_) {}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void OutputFile::open_beside(const std::string& target, unsigned mode) {
  target_ = target;
  mode_ = mode;
  // A file without a name vanishes with the process; commit names it through /proc. Where the file system has
  // no such files, or there is no /proc, one with a name is used.
  if (::access("/proc/self/fd", X_OK) == 0) {
    descriptor_ = ::open(folder_of(target).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (descriptor_ >= 0) return;
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT) fail_io(errno);
  }
  std::string name = folder_of(target) + "/.mha-XXXXXX";
  descriptor_ = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor_ < 0) fail_io(errno);
  temporary_.emplace(name);
}

void OutputFile::write(const void* data, std::size_t size) {
  const int error_number = write_all(descriptor_, static_cast<const char*>(data), size);
  quit_if_reader_left(error_number);
  if (error_number != 0) fail_io(error_number);
}

void OutputFile::rewrite(std::size_t offset, std::string_view bytes) {
  const int error_number = rewrite_all(descriptor_, offset, bytes);
  if (error_number != 0) fail_io(error_number);
}

void OutputFile::commit() {
  if (!target_.empty()) {
    if (::fchmod(descriptor_, mode_) != 0 || ::fsync(descriptor_) != 0) fail_io(errno);
    const SignalsHeld held;
    if (!temporary_) give_name();
    if (::rename(temporary_->name().c_str(), target_.c_str()) != 0) fail_io(errno);
    temporary_->release();
    sync_folder(folder_of(target_));
  }
  if (::close(std::exchange(descriptor_, -1)) != 0) fail_io(errno);
}

void OutputFile::give_name() {
  const std::string unnamed = fmt::format("/proc/self/fd/{}", descriptor_);
  const std::string name = fmt::format("{}/.mha-{}-{}", folder_of(target_), ::getpid(), descriptor_);
  ::unlink(name.c_str());
  if (::linkat(AT_FDCWD, unnamed.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) != 0) fail_io(errno);
  temporary_.emplace(name);
}

void OutputFile::fail_io(int error_number) const {
  fail(Status::io, "{}: cannot be written: {}", path_ == "-" ? "standard output" : utf8::printable(path_),
       system_text(error_number));
}

bool is_stdout(const std::string& path) { return descriptor_of(path) == STDOUT_FILENO; }

bool is_terminal(const std::string& path) {
  if (const std::optional<int> open = descriptor_of(path)) return ::isatty(*open) != 0;
  struct stat info {};
  // To open a pipe would be seen at its other end.
  if (::stat(path.c_str(), &info) != 0 || !S_ISCHR(info.st_mode)) return false;
  const Descriptor device(::open(path.c_str(), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  return device.number() >= 0 && ::isatty(device.number()) != 0;
}

bool same_file(const std::string& a, const std::string& b) {
  struct stat first {
  }, second{};
  const bool first_exists = ::stat(a.c_str(), &first) == 0, second_exists = ::stat(b.c_str(), &second) == 0;
  if (first_exists && second_exists) return first.st_dev == second.st_dev && first.st_ino == second.st_ino;
  std::error_code error;
  const auto place = [&](const std::string& path) {
    return fs::weakly_canonical(fs::absolute(path, error), error);
  };
  return !first_exists && !second_exists && place(a) == place(b) && !error;
}

}  // namespace mha
