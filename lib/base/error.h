// Errors as the user meets them: one line of text and the exit status that goes with it.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace mha {

/// Exit statuses, documented in the README and tested.
enum class Status : int {
  ok = 0,     ///< done
  no = 1,     ///< an expectation or a comparison does not hold, or a checkpoint is not fit for a run
  usage = 2,  ///< wrong usage: an option, a name, a combination
  data = 3,   ///< bad input data: text, file, configuration
  io = 4,     ///< input or output failed
  limit = 5,  ///< not enough memory, or over a stated limit
  bug = 70,   ///< a defect of mha itself
};

/// The catalogue of exit statuses, for the help.
struct StatusMeaning {
  Status status;
  std::string_view meaning;
};

inline constexpr StatusMeaning statuses[] = {
    {Status::ok, "done"},
    {Status::no,
     "an expectation, a check or a comparison does not hold, or a checkpoint is not fit for a run"},
    {Status::usage, "wrong usage: an option, a name, a combination"},
    {Status::data, "bad input data: text, ids, configuration, mask, vocabulary"},
    {Status::io, "input or output failed"},
    {Status::limit, "not enough memory, or over a stated limit; refused before any of it is taken"},
    {Status::bug, "a defect of mha"},
};

/// What stops a run. The text is one line in the user's words: what, why, what to do.
class Error : public std::runtime_error {
 public:
  Error(Status status, const std::string& what) : std::runtime_error(what), status_(status) {}
  Status status() const noexcept { return status_; }

 private:
  Status status_;
};

/// Throws Error with a formatted text.
template <class... Args>
[[noreturn]] void fail(Status status, fmt::format_string<Args...> format, Args&&... args) {
  throw Error(status, fmt::format(format, std::forward<Args>(args)...));
}

/// The system's text for an errno value, as in "No space left on device".
std::string system_text(int error_number);

}  // namespace mha
