#include <algorithm>

#include "app/commands/commands.h"
#include "app/request.h"
#include "app/texts.h"
#include "base/memory.h"
#include "base/output.h"
#include "base/utf8.h"
#include "kernel/targets.h"
#include "model/embed.h"
#include "model/run_memory.h"
#include "report/formats.h"
#include "report/npy.h"
#include "tokenizer/kinds.h"

namespace mha {
namespace {

/// One context serves all texts; otherwise there is one for each.
std::vector<Sequence> match_contexts(std::vector<Sequence> contexts, std::size_t batch) {
  if (contexts.size() == 1) contexts.resize(batch, contexts.front());
  if (!contexts.empty() && contexts.size() != batch) {
    fail(Status::usage,
         "--context is given {} times for {} sequences; give it once for all, or once for each",
         contexts.size(), batch);
  }
  return contexts;
}

void check_vocabulary(const Tokenizer& tokenizer, const Options& options, const Config& config) {
  if (tokenizer.size() <= config.vocab_size) return;
  fail(Status::data,
       "tokenizer {} has {} pieces, but vocab_size is {}; give --vocab-size {} or another tokenizer",
       utf8::printable(options.text.tokenizer), tokenizer.size(), config.vocab_size, tokenizer.size());
}

/// Texts or ids of the options as sequences; leaves the tokenizer in `tokenizer` where one was needed.
Inputs read_inputs(const Options& options, const Config& config, std::unique_ptr<Tokenizer>& tokenizer) {
  const TextOptions& text = options.text;
  if (text.ids.empty() || !text.contexts.empty()) {
    tokenizer = load_tokenizer(text.tokenizer);
    check_vocabulary(*tokenizer, options, config);
  }
  Inputs inputs;
  if (!text.ids.empty()) {
    if (!text.texts.empty() || text.file) texts_of(text);  // says that they exclude each other
    for (const auto& ids : text.ids) inputs.sequences.push_back(sequence_of(ids));
  } else {
    inputs.sequences = tokenize(texts_of(text), *tokenizer, text.special_tokens);
  }
  if (!text.contexts.empty()) {
    inputs.contexts =
        match_contexts(tokenize(contexts_of(text), *tokenizer, text.special_tokens), inputs.sequences.size());
  }
  check_inputs(inputs, config, text.max_tokens);
  return inputs;
}

/// The activations that the saves and checks look at.
std::vector<std::string> wanted_by(const ReportOptions& report, bool cross_attention) {
  std::vector<std::string> wanted;
  for (const SaveRequest& save : report.saves) {
    for (std::string& name : names_of(save, cross_attention)) wanted.push_back(std::move(name));
  }
  for (const std::string& name : report.checks) {
    for (std::string& tensor : find_check(name).wanted()) wanted.push_back(std::move(tensor));
  }
  return wanted;
}

ForwardOptions forward_options(const Options& options, const Inputs& inputs) {
  ForwardOptions forward{.wanted = wanted_by(options.report, inputs.cross_attention()),
                         .mask = options.run.mask,
                         .masked_rows = options.run.masked_rows,
                         .dtype = options.run.dtype,
                         .threads = options.run.threads};
  if (options.run.mask_file) {
    forward.mask.general =
        to_general_mask(read_npy(*options.run.mask_file), utf8::printable(*options.run.mask_file));
  }
  return forward;
}

void tell(const Trace& trace, const ForwardOptions& options, const Messages& messages) {
  if (trace.blind_rows > 0) {
    messages.note("{} rows of weights may attend to no key: their weights are {} (--masked-rows {})",
                  trace.blind_rows,
                  options.masked_rows == MaskedRows::uniform ? "1/keys" : to_text(options.masked_rows),
                  to_text(options.masked_rows));
  }
  const bool intended = trace.blind_rows > 0 && options.masked_rows == MaskedRows::nan;
  if (trace.non_finite_outputs > 0 && !intended) {
    messages.note("{} numbers of output are NaN or infinite; --check finite finds the first",
                  trace.non_finite_outputs);
  }
}

void write_report(const ReportOptions& report, const Run& run) {
  if (!report.gets.empty()) {
    std::string text;
    for (const std::string& name : report.gets) text += value_text(run, name) + '\n';
    return write_stdout(text);
  }
  const bool stdout_taken = std::any_of(report.saves.begin(), report.saves.end(),
                                        [](const SaveRequest& s) { return s.to_stdout(); });
  if (report.quiet || stdout_taken) return;
  for (const ReportFormat& format : report_formats) {
    if (format.name == report.format) write_stdout(format.write(run));
  }
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
  const Model model = load_model(options.model);
  std::unique_ptr<Tokenizer> tokenizer;
  const Inputs inputs = read_inputs(options, model.config, tokenizer);
  const ForwardOptions forward = forward_options(options, inputs);
  const Dimensions dimensions = inputs.dimensions(model.config);
  check_masks(forward.mask, inputs, dimensions);
  const std::size_t bytes = memory_needed(inputs, model.config, forward);
  require_memory(bytes, "this run");
  Saves saves(options.report.saves);
  messages.detail("{} sequences of up to {} tokens; {}; {} threads; {} of memory", dimensions.batch,
                  dimensions.queries,
                  forward.dtype == DType::float64 ? "float64" : kernel::target_in_use().name, forward.threads,
                  to_size_text(bytes));

  const Embeddings embeddings = embed(model, inputs);
  const Trace trace = mha::forward(model, inputs, embeddings, forward);
  tell(trace, forward, messages);
  saves.write(model, trace);
  const Run finished{model, inputs, tokenizer.get(), forward, dimensions};
  write_report(options.report, finished);
  return judge(options.report, finished, trace, messages);
}

}  // namespace mha
