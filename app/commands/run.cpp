#include <fmt/ranges.h>

#include <algorithm>

#include "app/commands/commands.h"
#include "app/inputs.h"
#include "app/own_inputs.h"
#include "app/progress_line.h"
#include "app/request.h"
#include "app/screen.h"
#include "base/memory.h"
#include "base/output.h"
#include "kernel/targets.h"
#include "model/embed.h"
#include "model/run_memory.h"
#include "model/summary.h"
#include "model/weights.h"
#include "report/formats.h"

namespace mha {
namespace {

const ReportFormat& format_of(const ReportOptions& report) {
  return *std::find_if(std::begin(report_formats), std::end(report_formats),
                       [&](const auto& format) { return format.name == report.format; });
}

/// True if the report goes to standard output.
bool is_shown(const ReportOptions& report) {
  const bool stdout_taken = std::any_of(report.saves.begin(), report.saves.end(),
                                        [](const SaveRequest& s) { return s.to_stdout(); });
  return report.gets.empty() && !report.quiet && !stdout_taken;
}

bool shows_weights(const ReportOptions& report) {
  return format_of(report).shows_weights || report.presentation.stats || report.presentation.top > 0;
}

/// The activations that the report, the saves and the checks look at.
KeySet wanted_by(const ReportOptions& report, const Dimensions& dimensions) {
  KeySet wanted;
  if (shows_weights(report)) {
    for (const TensorKey& key : find_tensors("weights", dimensions)) wanted.insert(key.key);
  }
  for (const SaveRequest& save : report.saves) {
    const std::vector<TensorKey> keys = tensors_of(save, dimensions);
    if (const auto check = format_of(save, keys.size()).check; check != nullptr) check(keys, dimensions);
    for (const TensorKey& key : keys) {
      if (key.tensor->scope != TensorScope::parameter) wanted.insert(key.key);
    }
  }
  for (const TensorKey& summary : summaries_of(dimensions)) {
    if (!wanted.contains(summary.key)) continue;
    for (std::string& weights : weights_of(summary, dimensions)) wanted.insert(std::move(weights));
  }
  for (const std::string& name : report.checks) {
    for (const TensorKey& key : activations_of(dimensions)) {
      if (find_check(name).looks_at(*key.tensor)) wanted.insert(key.key);
    }
  }
  return wanted;
}

Dimensions dimensions_of(const Options& options, const Model& model, const Inputs& inputs) {
  return {.config = model.config,
          .kind = {model.family != nullptr, inputs.cross_attention(), inputs.given.feed()},
          .batch = inputs.sequences.size(),
          .queries = inputs.most_queries(),
          .keys = inputs.most_keys(),
          .layers = select(options.run.layers, model.config.num_layers, "--layers"),
          .heads = select(options.run.heads, model.config.num_attention_heads, "--heads")};
}

/// What is typed, over what the model says.
MaskRequest mask_request(const RunOptions& run, const Config& config) {
  MaskRequest mask = run.mask;
  mask.causal = run.causal.value_or(config.causal);
  mask.windows_of_model = run.window && !mask.window && config.has_windows();
  if (run.mask_file) mask.general = open_mask(*run.mask_file);
  return mask;
}

ForwardOptions forward_options(const Options& options, const Dimensions& dimensions, Progress& progress) {
  return {.wanted = wanted_by(options.report, dimensions),
          .mask = mask_request(options.run, dimensions.config),
          .masked_rows = options.run.masked_rows,
          .dtype = options.run.dtype,
          .threads = options.run.threads,
          .progress = &progress};
}

/// As the refusal of too much memory calls it: checks keep tensors that the command does not name.
std::string name_of_run(const ReportOptions& report) {
  if (report.checks.empty()) return "this run";
  return fmt::format("this run, which keeps all tensors that --check {} looks at,",
                     fmt::join(report.checks, ","));
}

void tell(const Trace& trace, const ForwardOptions& options, const Messages& messages) {
  if (trace.blind_rows > 0) {
    messages.note("{} rows of weights may attend to no key: their weights are {} (--masked-rows {})",
                  trace.blind_rows,
                  options.masked_rows == MaskedRows::uniform ? "1/keys" : to_text(options.masked_rows),
                  to_text(options.masked_rows));
  }
  const bool intended = trace.blind_rows > 0 && options.masked_rows == MaskedRows::nan;
  if (trace.non_finite.count > 0 && !intended) {
    messages.note("{} numbers of {} are NaN or infinite; --check finite finds the first",
                  trace.non_finite.count, trace.non_finite.tensor);
  }
}

/// Listing them takes a look at every name, so it is done only if somebody reads it.
void tell_unused(const Model& model, const Messages& messages) {
  if (model.family == nullptr || !messages.is_verbose()) return;
  const std::vector<std::string> unused = unused_tensors(model);
  if (!unused.empty())
    messages.detail("{} tensors have no part in the model: {}", unused.size(), fmt::join(unused, ", "));
}

Trace compute(const Model& model, const Inputs& inputs, const Dimensions& dimensions,
              const ForwardOptions& options, const Messages& messages) {
  const ProgressLine line(messages, [&] { return to_text(*options.progress); });
  return summarise(mha::forward(model, inputs, embed(model, inputs), dimensions, options), inputs,
                   options.wanted);
}

void write_saves(Saves& saves, const Run& run, const Messages& messages) {
  const ProgressLine line(messages, [] { return std::string("saving"); });
  saves.write(run);
}

void write_report(const ReportOptions& report, const Run& run) {
  if (!report.gets.empty()) {
    std::string text;
    for (const std::string& name : report.gets) text += value_text(run, name) + '\n';
    return write_stdout(text);
  }
  if (is_shown(report)) write_stdout(format_of(report).write(run));
}

Status judge(const ReportOptions& report, const Run& run, const Trace& trace, const Messages& messages) {
  Status status = Status::ok;
  const auto failed = [&](const std::string& text) {
    messages.error(text);
    status = Status::no;
  };
  for (const Expectation& expectation : report.expectations) {
    if (const auto failure = failure_of(expectation, run)) failed(*failure);
  }
  for (const std::string& name : report.checks) {
    if (const auto failure = find_check(name).failure(trace))
      failed(fmt::format("check {}: {}", name, *failure));
  }
  return status;
}

}  // namespace

Status run(const Options& options, const Messages& messages) {
  check_request(options);
  const Given given = open_own_inputs(options.own);
  const Model model = load_model(options, given);
  check_model_files(options.report, model);
  std::unique_ptr<Tokenizer> tokenizer;
  const Inputs inputs = given.feed() == Feed::tokens ? read_inputs(options, model, messages, tokenizer)
                                                     : inputs_of(given, options.text.max_tokens);
  const Dimensions dimensions = dimensions_of(options, model, inputs);
  for (const std::string& name : options.report.gets) check_value(name, dimensions);
  for (const Expectation& expectation : options.report.expectations)
    check_value(expectation.name, dimensions);
  if (const auto check = format_of(options.report).check; check != nullptr && is_shown(options.report)) {
    check(dimensions);
  }
  Progress progress;
  const ForwardOptions forward = forward_options(options, dimensions, progress);
  check_masks(forward.mask, inputs, dimensions);
  check_supported(dimensions, forward.wanted);
  const std::size_t bytes = memory_needed(inputs, dimensions, forward);
  require_memory(bytes, name_of_run(options.report));
  Saves saves(options.report.saves);
  messages.detail("{} sequences of up to {} tokens; {}; {} threads; {} of memory", dimensions.batch,
                  dimensions.queries,
                  forward.dtype == DType::float64 ? "float64" : kernel::target_in_use().name, forward.threads,
                  to_size_text(bytes));
  tell_unused(model, messages);

  const Trace trace = compute(model, inputs, dimensions, forward, messages);
  tell(trace, forward, messages);
  Presentation presentation = options.report.presentation;
  presentation.screen = find_screen(options.report.color);
  const Run finished{model, inputs, tokenizer.get(), forward, trace, presentation};
  write_saves(saves, finished, messages);
  write_report(options.report, finished);
  return judge(options.report, finished, trace, messages);
}

}  // namespace mha
