// Runs a command; turns exceptions into a line on standard error and an exit status.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <new>

#include "app/commands/commands.h"
#include "app/messages.h"
#include "app/options.h"
#include "base/output.h"

namespace mha {
namespace {

/// A file opened later must not become standard input, output or error because the caller closed it: what is
/// read from or written to such a stand-in fails as it should.
void hold_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) < 0) {
      ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
  }
}

Status dispatch(int argc, char** argv) {
  const Options options = parse_options(argc, argv);
  if (options.message) {
    write_stdout(*options.message);
    return Status::ok;
  }
  const Messages messages(options.report.quiet     ? Loudness::quiet
                          : options.report.verbose ? Loudness::verbose
                                                   : Loudness::normal);
  switch (options.command) {
    case Command::run:
      return run(options, messages);
    case Command::tokenize:
      return tokenize(options, messages);
    case Command::bench:
      return bench(options);
    case Command::diff:
      return diff(options, messages);
    case Command::inspect:
      return inspect(options, messages);
    case Command::help:
    case Command::completion:
      break;  // they are a message
  }
  return Status::bug;
}

}  // namespace
}  // namespace mha

int main(int argc, char** argv) {
  using mha::Status;
  std::signal(SIGXFSZ, SIG_IGN);  // a file-size limit is then an error of write(2), told like any other
  mha::hold_standard_descriptors();
  const mha::Messages messages(mha::Loudness::normal);
  Status status = Status::bug;
  try {
    status = mha::dispatch(argc, argv);
  } catch (const mha::Error& error) {
    messages.error(error.what());
    status = error.status();
  } catch (const std::bad_alloc&) {
    messages.error("not enough memory; give smaller sizes or fewer tokens");
    status = Status::limit;
  } catch (const std::exception& error) {
    messages.error(
        fmt::format("internal error: {}; this is a defect of mha, please report it", error.what()));
  }
  return static_cast<int>(status);
}
