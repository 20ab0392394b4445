// Words to the user beside the results, on standard error.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "base/utf8.h"

namespace mha {

/// Which messages are shown; errors always are.
enum class Loudness { quiet, normal, verbose };

class Messages {
 public:
  explicit Messages(Loudness loudness) : loudness_(loudness) {}

  /// Something worth knowing about the result.
  template <class... Args>
  void note(fmt::format_string<Args...> format, Args&&... args) const {
    if (loudness_ != Loudness::quiet) print("mha: note: ", fmt::format(format, std::forward<Args>(args)...));
  }

  /// What is being done.
  template <class... Args>
  void detail(fmt::format_string<Args...> format, Args&&... args) const {
    if (loudness_ == Loudness::verbose) print("mha: ", fmt::format(format, std::forward<Args>(args)...));
  }

  bool is_quiet() const { return loudness_ == Loudness::quiet; }
  bool is_verbose() const { return loudness_ == Loudness::verbose; }

  /// What does not hold, or went wrong.
  void error(const std::string& text) const { print("mha: ", text); }

 private:
  /// One line, whatever names and values it quotes. A standard error that cannot be written to must not
  /// change the outcome.
  static void print(const char* prefix, const std::string& text) {
    std::fputs((prefix + utf8::printable(text) + '\n').c_str(), stderr);
  }

  Loudness loudness_;
};

}  // namespace mha
