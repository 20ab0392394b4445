#include "app/progress_line.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <utility>

namespace mha {
namespace {

constexpr std::chrono::milliseconds patience(1000), step(100);

/// To the first column, and the line cleared from there (ECMA-48, EL).
constexpr const char* erase = "\r\x1b[K";

bool can_be_seen(const Messages& messages) {
  const char* terminal = std::getenv("TERM");
  return !messages.is_quiet() && ::isatty(STDERR_FILENO) != 0 && terminal != nullptr && *terminal != '\0' &&
         std::string_view(terminal) != "dumb";
}

/// What fits on one line, for more could not be taken away. Text is ASCII.
std::string fitting(const std::string& text) {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return text;
  return text.substr(0, size.ws_col - 1U);
}

}  // namespace

std::string to_text(const Progress& progress) {
  const std::size_t sequences = progress.sequences, layers = progress.layers;
  const std::string of_layers = fmt::format("{} of {} layers", progress.layers_done.load(), layers);
  if (sequences <= 1) return of_layers;
  const std::string of_sequences =
      fmt::format("{} of {} sequences", progress.sequences_done.load(), sequences);
  return layers <= sequences ? of_sequences : of_sequences + ", " + of_layers;
}

ProgressLine::ProgressLine(const Messages& messages, std::function<std::string()> text)
    : text_(std::move(text)) {
  if (!can_be_seen(messages)) return;
  try {
    thread_ = std::thread([this] { show(); });
  } catch (const std::system_error&) {  // the work needs no line
  }
}

ProgressLine::~ProgressLine() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  ends_.notify_one();
  thread_.join();
}

void ProgressLine::show() {
  const auto begin = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  if (ends_.wait_for(lock, patience, [&] { return ending_; })) return;
  do {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begin).count();
    std::fputs((erase + fitting(fmt::format("mha: {}, {} s", text_(), seconds))).c_str(), stderr);
  } while (!ends_.wait_for(lock, step, [&] { return ending_; }));
  std::fputs(erase, stderr);
}

}  // namespace mha
