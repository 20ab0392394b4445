#include "app/request.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "app/own_inputs.h"
#include "base/error.h"
#include "base/output.h"
#include "base/utf8.h"
#include "report/heads.h"

namespace mha {
namespace {

void check_names(const ReportOptions& report, const RunKind& kind) {
  for (const std::string& name : report.gets) check_value_name(name, kind);
  for (const Expectation& expectation : report.expectations) check_value_name(expectation.name, kind);
  for (const std::string& name : report.checks) find_check(name);
  for (const SaveRequest& save : report.saves) check_save(save, kind);
}

void check_files(const Options& options) {
  const std::vector<SaveRequest>& saves = options.report.saves;
  const std::optional<std::string> inputs[] = {
      options.text.file,      options.run.mask_file, options.text.tokenizer, options.model.config.config,
      options.own.embeddings, options.own.query,     options.own.key,        options.own.value};
  for (std::size_t i = 0; i < saves.size(); ++i) {
    const std::string& path = saves[i].path;
    const auto is_same = [&](const SaveRequest& other) {
      return path == other.path || (same_file(path, other.path) && !saves[i].to_stdout());
    };
    if (std::any_of(saves.begin(), saves.begin() + static_cast<std::ptrdiff_t>(i), is_same)) {
      fail(Status::usage, "--save {}: given twice; give each file once", utf8::printable(path));
    }
    for (const auto& input : inputs) {
      if (!input || *input == "-" || !same_file(path, *input)) continue;
      fail(Status::usage, "--save {}: would overwrite its own input; save to another file",
           utf8::printable(path));
    }
  }
}

void check_stdout(const ReportOptions& report) {
  const auto to_stdout = std::count_if(report.saves.begin(), report.saves.end(),
                                       [](const SaveRequest& s) { return s.to_stdout(); });
  if (to_stdout == 0) return;
  if (to_stdout > 1) fail(Status::usage, "--save: standard output takes one file; give the others names");
  if (!report.gets.empty()) {
    fail(Status::usage, "--save - and --get both write to standard output; give the file a name");
  }
}

void check_compress(const ReportOptions& report) {
  if (!report.presentation.compress) return;
  if (std::any_of(report.saves.begin(), report.saves.end(), can_be_compressed)) return;
  std::vector<std::string_view> formats;
  for (const FileFormat& format : file_formats) {
    if (format.compresses) formats.push_back(format.extension);
  }
  fail(Status::usage, "--compress makes a {} smaller, but none is saved", fmt::join(formats, " or "));
}

bool shows_heads(const ReportOptions& report) {
  const auto has_stats = [](const SaveRequest& save) {
    return save.names.size() == 1 && save.names.front() == "stats";
  };
  return report.presentation.stats || report.format == "heads" ||
         std::any_of(report.saves.begin(), report.saves.end(), has_stats);
}

void check_presentation(const ReportOptions& report) {
  const Presentation& shown = report.presentation;
  if (shown.sort) check_sort(*shown.sort);
  if (shown.sort && !shows_heads(report)) {
    fail(Status::usage, "--sort goes with --stats, --format heads or --save stats=FILE, which list heads");
  }
}

}  // namespace

void check_request(const Options& options) {
  check_own_inputs(options);
  const RunKind kind{options.model.checkpoint.has_value(), !options.text.contexts.empty(),
                     options.own.feed()};
  if (kind.checkpoint && kind.cross_attention) {
    fail(Status::usage, "--context goes with random weights; the layers of --model attend to their own text");
  }
  check_names(options.report, kind);
  check_files(options);
  check_stdout(options.report);
  check_compress(options.report);
  check_presentation(options.report);
  for (const SaveRequest& save : options.report.saves) {
    check_terminal(save);
    if (!options.report.overwrite) check_replaced(save);
  }
}

void check_model_files(const ReportOptions& report, const Model& model) {
  if (model.family == nullptr) return;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(model.folder.value_or("."), error)) {
    for (const SaveRequest& save : report.saves) {
      if (save.to_stdout() || !same_file(save.path, entry.path().string())) continue;
      fail(Status::usage, "--save {}: would overwrite a file of the model; save to another file",
           utf8::printable(save.path));
    }
  }
}

}  // namespace mha
