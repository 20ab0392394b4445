#include "app/options/adder.h"
#include "app/options/commands.h"

namespace mha {

void add_diff_options(CLI::App& app, Options& options) {
  DiffOptions& diff = options.diff;
  Adder what(app, "What is compared");
  what.value("A", "FILE", "a .npy, .npz or .safetensors",
             [&](const std::string& t) { diff.files.push_back(t); });
  what.value("B", "FILE",
             "another; or -- and the options of a run, whose tensors of the names in A are compared",
             [&](const std::string& t) { diff.files.push_back(t); });
  what.value("--tensor", "NAME", "only this tensor; * and ? stand for any characters",
             [&](const std::string& t) { diff.request.chosen = t; });
  what.value("--ignore", "NAME", "not this tensor; * and ? likewise; repeatable",
             [&](const std::string& t) { diff.request.ignored.push_back(t); });
  Adder how(app, "When numbers are close: |A-B| <= atol + rtol * |B|");
  Tolerance& tolerance = diff.request.tolerance;
  how.value("--atol", "X", fmt::format("absolute tolerance (default: {})", tolerance.atol),
            [&](const std::string& t) { tolerance.atol = parse_tolerance("--atol", t); });
  how.value("--rtol", "X", fmt::format("relative tolerance (default: {})", tolerance.rtol),
            [&](const std::string& t) { tolerance.rtol = parse_tolerance("--rtol", t); });
  how.flag("--equal-nan", "NaN equals NaN", tolerance.equal_nan);
  add_format_option(app, "text (a line a tensor) or json, one document", options.report);
  Adder(app, "Output").flag("-q,--quiet", "nothing but the exit status", options.report.quiet);
}

}  // namespace mha
