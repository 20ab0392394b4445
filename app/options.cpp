#include "app/options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <functional>
#include <limits>

#include "app/help.h"
#include "app/values.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/parallel.h"
#include "base/utf8.h"
#include "report/formats.h"

namespace mha {
namespace {

constexpr std::size_t any_size = std::numeric_limits<std::size_t>::max();
constexpr std::size_t max_threads = 1024;
constexpr const char* random_weights_group = "Random weights (without --model)";

/// Adds options whose value is taken as it is typed, each time it is typed: CLI11's own lists give brackets,
/// braces and commas a meaning that a text must not have.
class Adder {
 public:
  Adder(CLI::App& app, std::string group) : app_(app), group_(std::move(group)) {}

  /// An option with a value; use(value) may throw Error. `kind` names the value in the help.
  void value(const std::string& name, const std::string& kind, const std::string& help,
             const std::function<void(const std::string&)>& use) {
    app_.add_option_function<std::string>(name, use, help)
        ->group(group_)
        ->type_name(kind)
        ->trigger_on_parse();
  }

  template <class Target>
  void flag(const std::string& name, const std::string& help, Target& target) {
    app_.add_flag_callback(
            name, [&target] { target = true; }, help)
        ->group(group_)
        ->trigger_on_parse();
  }

  /// The opposite of a flag; of the two the one typed last holds.
  template <class Target>
  void unset(const std::string& name, const std::string& help, Target& target) {
    app_.add_flag_callback(
            name, [&target] { target = false; }, help)
        ->group(group_)
        ->trigger_on_parse();
  }

  /// A whole number.
  template <class Target>
  void size(const std::string& name, const std::string& help, Target& target, std::size_t least,
            std::size_t most) {
    value(name, "N", help,
          [=, &target](const std::string& text) { target = parse_size(name, text, least, most); });
  }

  /// One of a few words.
  template <class Target>
  void choice(const std::string& name, const std::string& help, Target& target,
              std::vector<std::pair<std::string_view, Target>> words) {
    std::vector<std::string_view> names;
    for (const auto& [word, meaning] : words) names.push_back(word);
    value(name, fmt::format("{}", fmt::join(names, "|")), help, [=, &target](const std::string& text) {
      for (const auto& [word, meaning] : words) {
        if (word == text) {
          target = meaning;
          return;
        }
      }
      fail(Status::usage, "{} {}: no such choice{}; there are: {}", name, utf8::printable(text),
           did_you_mean(text, names), fmt::join(names, ", "));
    });
  }

 private:
  CLI::App& app_;
  std::string group_;
};

void add_text_options(CLI::App& app, TextOptions& text) {
  Adder add(app, "Text");
  add.value("--text", "TEXT", "a text; repeat it for a batch (default: lines of standard input, if piped)",
            [&](const std::string& t) { text.texts.push_back(t); });
  add.value("--text-file", "FILE", "texts, one a line; - is standard input",
            [&](const std::string& t) { text.file = t; });
  add.value(
      "--tokenizer", "NAME|FILE|DIR",
      fmt::format("vocabulary: {} (default: that of --model, or {})", tokenizer_help(), default_tokenizer),
      [&](const std::string& t) { text.tokenizer = t; });
  add.value("--pair", "TEXT", "the second text of a pair: one for all texts, or one for each",
            [&](const std::string& t) { text.pairs.push_back(t); });
  add.flag("--special-tokens", "put [CLS] and [SEP] around each text (default with --model)",
           text.special_tokens);
  add.unset("--no-special-tokens", "do not (default without --model)", text.special_tokens);
  add.flag("--null", "records of --text-file and standard input end in NUL, not newline",
           text.format.null_separated);
  add.choice<InvalidUtf8>("--invalid-utf8", "what to do with text that is not UTF-8 (default: refuse)",
                          text.format.invalid,
                          {{"refuse", InvalidUtf8::refuse}, {"replace", InvalidUtf8::replace}});
}

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

/// The model to take weights or only the tokenizer from.
void add_checkpoint_options(CLI::App& app, ModelChoice& choice) {
  Adder add(app, "Model");
  add.value(
      "-m,--model", "DIR|FILE|NAME",
      "a checkpoint: a folder, a .safetensors, an index, or ORG/NAME[@REVISION] in the Hugging Face cache "
      "(default: MHA_MODEL)",
      [&](const std::string& t) { choice.name = t; });
  add.value("--revision", "REVISION", "branch, tag or commit of --model in the cache (default: main)",
            [&](const std::string& t) { choice.revision = t; });
}

void add_model_options(CLI::App& app, ModelRequest& model) {
  Adder add(app, random_weights_group);
  std::vector<std::string_view> names;
  for (const Preset& preset : presets) names.push_back(preset.name);
  ConfigRequest& config = model.config;
  add.value("--config", "FILE|PRESET",
            fmt::format("sizes: a config.json, or {} (default: {})", fmt::join(names, ", "), default_preset),
            [&](const std::string& t) { config.config = t; });
  add.size("--hidden-size", "features of a token, embed_dim (default: from --config, 768)",
           config.hidden_size, 1, any_size);
  add.size("--num-heads", "heads (default: from --config, 12)", config.num_heads, 1, any_size);
  add.size("--num-kv-heads", "heads of keys and values, for grouped-query attention (default: num_heads)",
           config.num_kv_heads, 1, any_size);
  add.size("--head-dim", "features of a head (default: hidden_size / num_heads)", config.head_dim, 1,
           any_size);
  add.size("--vocab-size", "rows of the embedding (default: from --config, 30522)", config.vocab_size, 1,
           any_size);
  add.value("--seed", "N", "weights are those of PyTorch after torch.manual_seed(N) (default: 0)",
            [&](const std::string& t) { model.seed = parse_seed("--seed", t); });
}

void add_mask_options(CLI::App& app, RunOptions& run) {
  Adder add(app, "Masks (1 = attend; all that are given are combined)");
  add.flag("--causal", "a token attends to itself and those before it", run.mask.causal);
  add.size("--window", "attend to tokens at most W away; with --causal to the last W, itself included",
           run.mask.window, 1, any_size);
  add.value("--query-mask", "1,1,0", "which queries attend; repeat it for each sequence",
            [&](const std::string& t) { run.mask.query_masks.push_back(parse_mask("--query-mask", t)); });
  add.value("--key-mask", "1,1,0", "which keys are attended to; repeat it for each sequence",
            [&](const std::string& t) { run.mask.key_masks.push_back(parse_mask("--key-mask", t)); });
  add.value("--mask", "FILE.npy", "a mask [T,S], [B,T,S] or [B,H,T,S] of bool, integers or floats",
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

void add_report_options(CLI::App& app, ReportOptions& report) {
  Adder add(app, "Output");
  add.choice<std::string>("--format", "form of the report (default: text)", report.format, format_choices());
  add.value("--save", "[NAME,...=]FILE",
            "tensors to a .npy (one) or .safetensors (any number; without NAME all); - is standard output; "
            "repeatable",
            [&](const std::string& t) { report.saves.push_back(parse_save("--save", t)); });
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
  add.flag("-q,--quiet", "no report and no notes", report.quiet);
  add.flag("-v,--verbose", "say on standard error what is done", report.verbose);
}

/// The arguments, made plain where CLI11 would misread them: "--text=" is an empty value, and an option in
/// the place of a value is a value forgotten. Any other value may begin with a dash.
std::vector<std::string> separate_values(const std::vector<std::string>& args, const CLI::App& app) {
  const auto find = [&](const std::string& name) -> const CLI::Option* {
    for (const CLI::App* scope : {&app, static_cast<const CLI::App*>(app.get_subcommand("tokenize"))}) {
      if (const CLI::Option* option = scope->get_option_no_throw(name)) return option;
    }
    return nullptr;
  };
  std::vector<std::string> separate;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::size_t equals = args[i].find('=');
    const std::string name = args[i].substr(0, equals);
    const CLI::Option* option = name.starts_with('-') ? find(name) : nullptr;
    const bool takes_value = option != nullptr && option->get_items_expected() > 0;
    // CLI11 would take "=VALUE" for the value of a short option, and no empty value at all.
    const bool apart = takes_value && equals != std::string::npos &&
                       (equals + 1 == args[i].size() || !name.starts_with("--"));
    separate.push_back(apart ? name : args[i]);
    if (apart) separate.push_back(args[i].substr(equals + 1));
    if (!takes_value || equals != std::string::npos) continue;
    if (i + 1 == args.size()) fail(Status::usage, "{} needs a value; see mha --help", name);
    const std::string& value = args[++i];
    if (value.starts_with('-') && find(value.substr(0, value.find('='))) != nullptr) {
      fail(Status::usage, "{} needs a value, but the option {} follows; if that is the value, write {}={}",
           name, value, name, value);
    }
    separate.push_back(value);
  }
  return separate;
}

[[noreturn]] void refuse_extra(const std::string& extra, const CLI::App& app) {
  std::vector<std::string> names;
  const bool option = extra.starts_with('-');
  const bool in_tokenize = app.got_subcommand("tokenize");
  const CLI::App& scope = in_tokenize ? *app.get_subcommand("tokenize") : app;
  if (option) {
    for (const CLI::Option* known : scope.get_options()) {
      for (const std::string& name : known->get_lnames()) names.push_back("--" + name);
    }
  } else if (!in_tokenize) {
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string shown = utf8::printable(extra);
  const std::string_view name = std::string_view(extra).substr(0, extra.find('='));
  const std::string guess = did_you_mean(name, views);
  if (option) fail(Status::usage, "unknown option {}{}; see mha --help", shown, guess);
  fail(Status::usage, "unexpected argument '{}'{}; a text is given as --text \"...\", see mha --help", shown,
       guess);
}

/// What stands before the subcommand belongs to a run, and would go unheeded.
void refuse_before_tokenize(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->count() == 0) continue;
    fail(Status::usage, "{} stands before tokenize; the options of tokenize stand behind it",
         option->get_name());
  }
}

/// --model, or MHA_MODEL where no option of random weights is given.
std::optional<ModelName> checkpoint_of(const ModelChoice& choice, const CLI::App& app) {
  const CLI::Option* random = nullptr;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group() == random_weights_group && option->count() > 0) random = option;
  }
  if (choice.name && random != nullptr) {
    fail(Status::usage, "--model has its own sizes and weights; {} goes with random weights",
         random->get_name());
  }
  const char* environment = std::getenv("MHA_MODEL");
  const bool usable = environment != nullptr && *environment != '\0' && random == nullptr;
  if (choice.name) return ModelName{*choice.name, choice.revision};
  if (usable) return ModelName{environment, choice.revision};
  if (choice.revision) fail(Status::usage, "--revision goes with --model");
  return std::nullopt;
}

std::string one_line(std::string text) {
  for (char& c : text) c = c == '\n' ? ' ' : c;
  while (text.ends_with(' ')) text.pop_back();
  return utf8::printable(text);
}

}  // namespace

Options parse_options(int argc, const char* const* argv) {
  Options options;
  options.run.threads = available_threads();
  CLI::App app("Runs and inspects multi-head attention: text in; shapes, tensors and attention out.", "mha");
  app.get_formatter()->column_width(34);
  app.set_version_flag("--version", "mha " MHA_VERSION, "print the version and exit");
  app.set_help_flag("-h,--help", "print this help and exit");
  app.footer(run_footer);
  add_text_options(app, options.text);
  add_input_options(app, options.text);
  add_checkpoint_options(app, options.choice);
  add_selection_options(app, options.run);
  add_model_options(app, options.model);
  add_mask_options(app, options.run);
  add_compute_options(app, options.run);
  add_report_options(app, options.report);

  app.require_subcommand(0, 1);
  CLI::App& tokenize =
      *app.add_subcommand("tokenize", "print the tokens of texts: ids and pieces, a line a text");
  add_text_options(tokenize, options.text);
  add_checkpoint_options(tokenize, options.choice);
  Adder(tokenize, "Output")
      .choice<std::string>("--format",
                           "text (ids, tab, pieces) or json, a record a line with ids, tokens and byte spans "
                           "(default: text)",
                           options.report.format, {{"text", "text"}, {"json", "json"}});

  std::vector<std::string> args = separate_values({argv + std::min(argc, 1), argv + argc}, app);
  std::reverse(args.begin(), args.end());
  try {
    app.parse(std::move(args));
  } catch (const CLI::CallForHelp&) {
    options.message = app.got_subcommand("tokenize") ? tokenize.help("mha") : app.help();
  } catch (const CLI::CallForVersion&) {
    options.message = "mha " MHA_VERSION "\n";
  } catch (const CLI::ExtrasError&) {
    refuse_extra(app.remaining(true).front(), app);
  } catch (const CLI::ParseError& error) {
    fail(Status::usage, "{}; see mha --help", one_line(error.what()));
  }
  if (app.got_subcommand("tokenize")) {
    options.command = Command::tokenize;
    if (!options.message) refuse_before_tokenize(app);
  }
  if (!options.message) options.model.checkpoint = checkpoint_of(options.choice, app);
  return options;
}

}  // namespace mha
