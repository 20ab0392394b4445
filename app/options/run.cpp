#include "app/options/adder.h"
#include "app/options/commands.h"
#include "report/formats.h"

namespace mha {
namespace {

/// More would not be read as a list.
constexpr std::size_t max_links = 1'000'000;

void add_input_options(CLI::App& app, TextOptions& text) {
  Adder add(app, "Text");
  add.value("--ids", "ID,ID,...", "token ids in place of text; repeat it for a batch",
            [&](const std::string& t) { text.ids.push_back(parse_ids("--ids", t)); });
  add.value("--token-types", "0,0,1,...", "a token type for each of --ids; repeat it for each sequence",
            [&](const std::string& t) { text.token_types.push_back(parse_ids("--token-types", t)); });
  add.value("--context", "TEXT", "keys and values come from this text: one for all, or one for each text",
            [&](const std::string& t) { text.contexts.push_back(t); });
  add.size("--max-tokens", fmt::format("most tokens of a sequence (default: {})", default_max_tokens),
           text.max_tokens, 1, any_size);
  add.flag("--truncate", "cut what is longer than the model's positions, or than --max-tokens",
           text.truncate);
}

void add_own_input_options(CLI::App& app, OwnInputOptions& own) {
  Adder add(app,
            "Own numbers in place of text (.npy, .safetensors: the only tensor, or the one of this name)");
  const auto file = [&](const std::string& name, const std::string& help, std::optional<std::string>& path) {
    add.value(name, "FILE", help, [name, &path](const std::string& t) {
      if (path) fail(Status::usage, "{} is given twice; give one file, of a batch for more sequences", name);
      path = t;
    });
  };
  file("--embeddings", "what enters the first layer, [B,T,embed_dim] or [T,embed_dim]", own.embeddings);
  file("--query", "projected queries [B,H,T,head_dim] or [H,T,head_dim]: attention alone, without a model",
       own.query);
  file("--key", "projected keys [B,H_kv,S,head_dim]; goes with --query", own.key);
  file("--value", "projected values, of the size of --key; without them there are scores and weights only",
       own.value);
}

void add_model_options(CLI::App& app, ModelRequest& model) {
  Adder add(app, random_weights_group);
  std::vector<std::string_view> names;
  for (const Preset& preset : presets) names.push_back(preset.name);
  ConfigRequest& config = model.config;
  add.value("--config", "FILE|PRESET",
            fmt::format("sizes: a config.json, or {} (default: {})", fmt::join(names, ", "), default_preset),
            [&](const std::string& t) { config.config = t; });
  add_size_options(app, config, "from --config, ");
  add.size("--vocab-size", "rows of the embedding (default: from --config, 30522)", config.vocab_size, 1,
           any_size);
  add.value("--seed", "N", "weights are those of PyTorch after torch.manual_seed(N) (default: 0)",
            [&](const std::string& t) { model.seed = parse_seed("--seed", t); });
}

void add_layer_options(CLI::App& app, LayerChoice& layer) {
  Adder add(app, random_weights_group);
  std::vector<std::pair<std::string_view, PositionChoice>> choices;
  for (const PositionName& each : position_names) choices.emplace_back(each.name, each.choice);
  add.choice<PositionChoice>("--positions", "how the layer knows the order of tokens (default: none)",
                             layer.positions, choices);
  const auto number = [&](const std::string& name, const std::string& help, std::optional<double>& target) {
    add.value(name, "NUMBER", help,
              [name, &target](const std::string& t) { target = parse_positive(name, t); });
  };
  number("--rope-theta", fmt::format("base of the rotary angles (default: {})", default_rope_theta),
         layer.rope_theta);
  number("--scale", "scores are query . key times this (default: 1 / sqrt(head_dim))", layer.scale);
  number("--softcap", "scores are bounded: C tanh(score / C)", layer.softcap);
  add.flag("--qk-norm", "RMSNorm of each head's queries and keys, with weights of 1", layer.qk_norm);
}

void add_mask_options(CLI::App& app, RunOptions& run) {
  Adder add(app, masks_group);
  add.flag("--causal", "a token attends to itself and those before it (default: as the model does)",
           run.causal);
  add.unset("--no-causal", "to all, whatever the model does", run.causal);
  add.size("--window", "attend to tokens at most W away; with --causal to the last W, itself included",
           run.mask.window, 1, any_size);
  add.unset("--no-window", "without the windows that layers of the model have", run.window);
  add.value("--query-mask", "1,1,0", "which queries attend; repeat it for each sequence",
            [&](const std::string& t) { run.mask.query_masks.push_back(parse_mask("--query-mask", t)); });
  add.value("--key-mask", "1,1,0", "which keys are attended to; repeat it for each sequence",
            [&](const std::string& t) { run.mask.key_masks.push_back(parse_mask("--key-mask", t)); });
  add.value("--mask", "FILE", "a mask [T,S], [B,T,S] or [B,H,T,S]: a .npy, .npz or .safetensors of 0 and 1",
            [&](const std::string& t) { run.mask_file = t; });
  add.choice<MaskedRows>(
      "--masked-rows", "weights of a query that may attend to nothing (default: zero)", run.masked_rows,
      {{"zero", MaskedRows::zero}, {"nan", MaskedRows::nan}, {"uniform", MaskedRows::uniform}});
}

void add_selection_options(CLI::App& app, RunOptions& run) {
  Adder add(app, "Model");
  add.value("--layers", "0,3-5,-1|all", "layers to look at; -1 is the last (default: 0)",
            [&](const std::string& t) { run.layers = parse_selection("--layers", t); });
  add.value("--heads", "0,3-5,-1|all", "heads to look at (default: all)",
            [&](const std::string& t) { run.heads = parse_selection("--heads", t); });
}

void add_compute_options(CLI::App& app, RunOptions& run) {
  Adder add(app, "Computation");
  add.choice<DType>("--dtype", "float64 runs the reference (default: float32)", run.dtype,
                    {{"float32", DType::float32}, {"float64", DType::float64}});
  add.size("--threads",
           fmt::format("threads; results do not depend on it (default: {}, the processors there are)",
                       run.threads),
           run.threads, 1, max_threads);
}

std::vector<std::pair<std::string_view, std::string>> format_choices() {
  std::vector<std::pair<std::string_view, std::string>> choices;
  for (const ReportFormat& format : report_formats) choices.emplace_back(format.name, format.name);
  return choices;
}

/// ".npy .npz ...": what files --save makes.
std::string save_formats() {
  std::vector<std::string_view> extensions;
  for (const FileFormat& format : file_formats) extensions.push_back(format.extension);
  return fmt::format("{}", fmt::join(extensions, " "));
}

void add_report_options(CLI::App& app, ReportOptions& report) {
  Adder add(app, "Output");
  add.choice<std::string>("--format", "form of the report (default: text)", report.format, format_choices());
  add.value(
      "--save", "[NAME,...=]FILE",
      fmt::format("tensors to a file, whose format its name tells: {}; - is standard output; repeatable",
                  save_formats()),
      [&](const std::string& t) { report.saves.push_back(parse_save("--save", t)); });
  add.flag("--overwrite", "let --save replace a file that is there and is of another kind", report.overwrite);
  add.flag("--compress", "deflate the members of a .npz that is saved", report.presentation.compress);
  add.value("--get", "NAME", "print one bare value, as 64 or 1x5x768; repeatable",
            [&](const std::string& t) { report.gets.push_back(t); });
  add.value("--expect", "NAME=VALUE",
            "status 1 where it does not hold; ? or * stands for any one dimension; repeatable",
            [&](const std::string& t) { report.expectations.push_back(parse_expectation("--expect", t)); });
  std::vector<std::string_view> names;
  for (const Check& check : checks()) names.push_back(check.name);
  add.value("--check", fmt::format("{}", fmt::join(names, ",")),
            "status 1 where a property of the numbers does not hold", [&](const std::string& t) {
              for (const std::string& name : split_list(t)) report.checks.push_back(name);
            });
  add.flag("--stats", "a line of statistics a head: entropy, distance, weight on first, self, previous, ...",
           report.presentation.stats);
  add.size("--top", "list the N largest weights, with their tokens", report.presentation.top, 1, max_links);
  add.value("--sort", "[-]STATISTIC", "heads by a statistic, largest first; with - smallest first",
            [&](const std::string& t) { report.presentation.sort = t; });
  add.flag("--words", "tokens of one word are shown as one: in statistics, links and pictures",
           report.presentation.words);
  add.choice<ColorChoice>(
      "--color",
      "colours of --format heatmap: what the terminal can show (default: auto), always, or "
      "plain characters",
      report.color,
      {{"auto", ColorChoice::automatic},
       {"always", ColorChoice::always},
       {"never", ColorChoice::never},
       {"256", ColorChoice::xterm256},
       {"truecolor", ColorChoice::truecolor}});
  add.flag("-q,--quiet", "no report and no notes", report.quiet);
  add.flag("-v,--verbose", "say on standard error what is done", report.verbose);
}

}  // namespace

void add_run_options(CLI::App& app, Options& options) {
  add_text_options(app, options.text);
  add_input_options(app, options.text);
  add_own_input_options(app, options.own);
  add_checkpoint_options(app, options.choice);
  add_selection_options(app, options.run);
  add_model_options(app, options.model);
  add_layer_options(app, options.model.config.layer);
  add_mask_options(app, options.run);
  add_compute_options(app, options.run);
  add_report_options(app, options.report);
}

}  // namespace mha
