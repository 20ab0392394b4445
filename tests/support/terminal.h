// A terminal for a command to run on.
#pragma once

#include <string>

#include "support/command.h"

namespace mha::test {

/// Runs a line on a terminal of its own of that kind. What it writes there, standard output and error, is in
/// `out`.
inline Outcome on_terminal(const Shell& shell, const std::string& line, const std::string& kind = "xterm") {
  shell.write("line.sh", line);
  return shell.run("TERM=" + kind + " SHELL=/bin/sh script -qec 'sh line.sh' /dev/null");
}

}  // namespace mha::test
