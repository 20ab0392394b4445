// The formats of the report on standard output: the catalogue of --format.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "report/report.h"

namespace mha {

std::string text_report(const Run& run);
std::string json_report(const Run& run);
std::string tutorial_report(const Run& run);
std::string heads_report(const Run& run);
std::string heatmap_report(const Run& run);

/// Throws Error(limit) for more numbers than are drawn in characters.
void check_heatmap(const Dimensions& dimensions);

struct ReportFormat {
  std::string_view name;
  std::string_view summary;
  std::string (*write)(const Run&);
  bool shows_weights = false;                  ///< needs the weights of all layers and heads looked at
  void (*check)(const Dimensions&) = nullptr;  ///< throws Error for a run it cannot show
};

inline constexpr ReportFormat report_formats[] = {
    {"text", "a line a value: the diagnostics, then the size of every tensor", text_report},
    {"json", "one document with the same, and the tokens of each sequence", json_report},
    {"tutorial", "the transcript of the tutorial, byte for byte", tutorial_report},
    {"heads", "a line a head with its statistics, of all layers looked at; --sort orders them", heads_report,
     true},
    {"heatmap", "attention drawn in the terminal: one head as a grid of tokens, many side by side",
     heatmap_report, true, check_heatmap},
};

}  // namespace mha
