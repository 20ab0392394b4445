// A line on the terminal that says how far the work is, for as long as it lasts.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "app/messages.h"
#include "model/progress.h"

namespace mha {

/// "5 of 12 layers", "3 of 8 sequences, 40 of 96 layers", or of models of one layer "3 of 8 sequences".
std::string to_text(const Progress& progress);

/// From its second second on it shows what text() says and how long it has taken, on standard error, ten
/// times a second; at the end it takes the line away, also where an exception passes. It does nothing unless
/// standard error is a terminal that can go back on a line, and never with --quiet. `text` is called on
/// another thread.
class ProgressLine {
 public:
  ProgressLine(const Messages& messages, std::function<std::string()> text);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  void show();

  std::function<std::string()> text_;
  std::mutex mutex_;
  std::condition_variable ends_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace mha
