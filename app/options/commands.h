// The options of each command, one file each.
#pragma once

#include "app/options.h"

namespace CLI {
class App;
}

namespace mha {

/// The heading of the options that --model does not go with.
inline constexpr const char* random_weights_group = "Random weights (without --model)";

/// The heading of the options that hide pairs of tokens from each other.
inline constexpr const char* masks_group = "Masks (1 = attend; all that are given are combined)";

/// Texts and how they are cut into tokens.
void add_text_options(CLI::App& app, TextOptions& text);

/// The model to take weights or only the tokenizer from.
void add_checkpoint_options(CLI::App& app, ModelChoice& choice);

void add_run_options(CLI::App& app, Options& options);
void add_tokenize_options(CLI::App& app, Options& options);
void add_bench_options(CLI::App& app, Options& options);
void add_diff_options(CLI::App& app, Options& options);
void add_inspect_options(CLI::App& app, Options& options);
void add_help_options(CLI::App& app, Options& options);
void add_completion_options(CLI::App& app, Options& options);

/// --format text|json of a command that knows no other; `help` says what they are.
void add_format_option(CLI::App& app, const std::string& help, ReportOptions& report);

/// --hidden-size, --num-heads, --num-kv-heads and --head-dim of random weights. `origin` says in the help
/// where defaults come from: "from --config, ".
void add_size_options(CLI::App& app, ConfigRequest& config, const std::string& origin = {});

}  // namespace mha
