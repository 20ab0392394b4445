#include "app/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

#include "app/about.h"
#include "app/help.h"
#include "app/options/commands.h"
#include "app/options/table.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/parallel.h"
#include "base/utf8.h"

namespace mha {
namespace {

struct Subcommand {
  const char *name, *summary;
  Command command;
  void (*add_options)(CLI::App&, Options&);
  std::string (*footer)();
};

constexpr Subcommand subcommands[] = {
    {"tokenize", "print the tokens of texts: ids and pieces, a line a text", Command::tokenize,
     add_tokenize_options, nullptr},
    {"diff", "compare two files of tensors, or one with a run, tensor by tensor", Command::diff,
     add_diff_options, diff_footer},
    {"inspect", "look into a checkpoint: its sizes, parameters, tensors and their roles", Command::inspect,
     add_inspect_options, inspect_footer},
    {"bench", "time what this machine does: attention, layers, products of matrices, memory", Command::bench,
     add_bench_options, bench_footer},
    {"help", "explain a topic or a command", Command::help, add_help_options, topics_footer},
    {"completion", "print a script that completes command lines in bash, zsh or fish", Command::completion,
     add_completion_options, completion_footer},
};

/// The subcommand of that name, or null.
const CLI::App* find_command(const CLI::App& app, const std::string& name) {
  const auto found = app.get_subcommands([&](const CLI::App* known) { return known->get_name() == name; });
  return found.empty() ? nullptr : found.front();
}

/// The arguments, made plain where CLI11 would misread them: "--text=" is an empty value, and an option in
/// the place of a value is a value forgotten. Any other value may begin with a dash.
std::vector<std::string> separate_values(const std::vector<std::string>& args, const CLI::App& app) {
  const CLI::App* scope = &app;
  const auto find = [&](const std::string& name) { return scope->get_option_no_throw(name); };
  std::vector<std::string> separate;
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (const CLI::App* command = find_command(app, args[i])) scope = command;
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

/// The subcommand on the command line; null for a run.
const CLI::App* chosen(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? nullptr : commands.front();
}

[[noreturn]] void refuse_extra(const std::string& extra, const CLI::App& app) {
  std::vector<std::string> names;
  const bool option = extra.starts_with('-');
  const CLI::App* command = chosen(app);
  if (option) {
    for (const CLI::Option* known : (command != nullptr ? *command : app).get_options()) {
      for (const std::string& name : known->get_lnames()) names.push_back("--" + name);
    }
  } else if (command == nullptr) {
    for (const Subcommand& known : subcommands) names.emplace_back(known.name);
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string shown = utf8::printable(extra);
  const std::string_view name = std::string_view(extra).substr(0, extra.find('='));
  const std::string guess = did_you_mean(name, views);
  if (option) fail(Status::usage, "unknown option {}{}; see mha --help", shown, guess);
  if (command != nullptr) {
    fail(Status::usage, "unexpected argument '{}'; see mha {} --help", shown, command->get_name());
  }
  fail(Status::usage, "unexpected argument '{}'{}; a text is given as --text \"...\", see mha --help", shown,
       guess);
}

/// What stands before the subcommand belongs to a run, and would go unheeded.
void refuse_before(const CLI::App& command, const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->count() == 0) continue;
    fail(Status::usage, "{} stands before {}; the options of {} stand behind it", option->get_name(),
         command.get_name(), command.get_name());
  }
}

/// An option of random weights that is given to `command`, or null.
const CLI::Option* random_option(const CLI::App& command) {
  const CLI::Option* random = nullptr;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group() == random_weights_group && option->count() > 0) random = option;
  }
  return random;
}

/// Heads that are projected already need no model, whatever MHA_MODEL says.
void check_no_model(const CLI::App& command) {
  if (const CLI::Option* random = random_option(command)) {
    fail(Status::usage,
         "{} goes with random weights; --query and --key are projected already, and their files "
         "give all sizes",
         random->get_name());
  }
}

/// --model, or MHA_MODEL where no option of random weights is given to `command`.
std::optional<ModelName> checkpoint_of(const ModelChoice& choice, const CLI::App& command) {
  const CLI::Option* random = random_option(command);
  if (choice.name && random != nullptr) {
    fail(Status::usage, "--model has its own sizes and weights; {} goes with random weights",
         random->get_name());
  }
  if (choice.name && choice.alone) {
    fail(Status::usage, "two models are given, {} and --model {}; give one", utf8::printable(*choice.alone),
         utf8::printable(*choice.name));
  }
  const char* environment = std::getenv("MHA_MODEL");
  const bool usable = environment != nullptr && *environment != '\0' && random == nullptr;
  if (choice.name) return ModelName{*choice.name, choice.revision};
  if (choice.alone) return ModelName{*choice.alone, choice.revision};
  if (usable) return ModelName{environment, choice.revision};
  if (choice.revision) fail(Status::usage, "--revision goes with --model");
  return std::nullopt;
}

std::string one_line(std::string text) {
  for (char& c : text) c = c == '\n' ? ' ' : c;
  while (text.ends_with(' ')) text.pop_back();
  return utf8::printable(text);
}

void add_options(CLI::App& app, Options& options) {
  app.get_formatter()->column_width(34);
  app.set_version_flag("--version", "mha " MHA_VERSION, "print the version and exit");
  app.set_help_flag("-h,--help", "print this help and exit");
  app.footer(run_footer);
  add_run_options(app, options);
  app.require_subcommand(0, 1);
  for (const Subcommand& command : subcommands) {
    CLI::App& added = *app.add_subcommand(command.name, command.summary);
    command.add_options(added, options);
    if (command.footer != nullptr) added.footer(command.footer);
  }
}

/// Reads the arguments; gives what --help or --version asks for.
std::optional<std::string> parse(CLI::App& app, std::vector<std::string> args) {
  args = separate_values(args, app);
  std::reverse(args.begin(), args.end());
  try {
    app.parse(std::move(args));
  } catch (const CLI::CallForHelp&) {
    const CLI::App* command = chosen(app);
    return command != nullptr ? command->help("mha") : app.help();
  } catch (const CLI::CallForVersion&) {
    return "mha " MHA_VERSION "\n";
  } catch (const CLI::ExtrasError&) {
    refuse_extra(app.remaining(true).front(), app);
  } catch (const CLI::ParseError& error) {
    fail(Status::usage, "{}; see mha --help", one_line(error.what()));
  }
  return std::nullopt;
}

/// Of diff: "--" and the options of a run behind it, cut off.
std::optional<std::vector<std::string>> take_run(std::vector<std::string>& args) {
  if (args.empty() || args.front() != "diff") return std::nullopt;
  const auto dashes = std::find(args.begin(), args.end(), "--");
  if (dashes == args.end()) return std::nullopt;
  std::vector<std::string> run(dashes + 1, args.end());
  args.erase(dashes, args.end());
  return run;
}

void check_diff(const DiffOptions& diff) {
  const std::size_t wanted = diff.run ? 1 : 2;
  if (diff.files.size() == wanted) return;
  fail(Status::usage, "diff compares two files, or one and a run behind --; {} {} given; see mha diff --help",
       diff.files.size(), diff.files.size() == 1 ? "file is" : "files are");
}

Options parse_options(std::vector<std::string> args) {
  Options options;
  options.run.threads = available_threads();
  if (const auto run = take_run(args)) {
    options.diff.run = std::make_shared<Options>(parse_options(*run));
    if (options.diff.run->command != Command::run) {
      fail(Status::usage, "behind -- stand the options of a run; see mha --help");
    }
  }
  CLI::App app("Runs and inspects multi-head attention: text in; shapes, tensors and attention out.", "mha");
  add_options(app, options);
  options.message = parse(app, std::move(args));
  const CLI::App* command = chosen(app);
  for (const Subcommand& known : subcommands) {
    if (command != nullptr && command->get_name() == known.name) options.command = known.command;
  }
  if (options.diff.run && options.diff.run->message) options.message = options.diff.run->message;
  if (options.message) return options;
  if (command != nullptr) refuse_before(*command, app);
  if (options.command == Command::diff) check_diff(options.diff);
  if (options.command == Command::help) options.message = help_text(options.about, command_table(app));
  if (options.command == Command::completion) {
    options.message = completion_script(options.about, command_table(app));
  }
  if (options.message) return options;
  const CLI::App& scope = command != nullptr ? *command : app;
  if (options.own.has_heads()) {
    check_no_model(scope);
  } else {
    options.model.checkpoint = checkpoint_of(options.choice, scope);
  }
  options.model.config.layer.one_sided = options.run.causal.value_or(false);
  return options;
}

}  // namespace

Options parse_options(int argc, const char* const* argv) {
  return parse_options(std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
}

}  // namespace mha
