#include "app/options/adder.h"
#include "app/options/commands.h"
#include "kernel/targets.h"
#include "model/config_file.h"

namespace mha {
namespace {

constexpr double most_seconds = 3600;

void add_what(Adder& add, BenchRequest& bench) {
  std::vector<std::pair<std::string_view, What>> words;
  for (const BenchKind& kind : bench_kinds) words.emplace_back(kind.name, kind.what);
  add.choice<What>("--what", "what is timed, see below (default: layer)", bench.what, words);
}

void add_sizes(Adder& add, const std::string& name, const std::string& help,
               std::optional<std::vector<std::size_t>>& target, std::size_t most) {
  add.value(name, "N,N,...", help,
            [=, &target](const std::string& text) { target = parse_sizes(name, text, 1, most); });
}

void add_cases(CLI::App& app, BenchRequest& bench) {
  Adder add(app, "What is timed");
  add_what(add, bench);
  add_sizes(add, "--tokens", "tokens of a sequence (default: 5,16,64,128,512,2048)", bench.tokens, max_size);
  add_sizes(add, "--batch", "sequences, of equal length (default: 1)", bench.batch, max_size);
  add_sizes(add, "--threads", "threads (default: 1 and the processors there are)", bench.threads,
            max_threads);
  add.flag("--causal",
           "a token attends to itself and those before it; only visible pairs count as operations",
           bench.causal);
}

void add_measuring(CLI::App& app, Options& options) {
  Adder add(app, "Measuring");
  add.value(
      "--seconds", "S",
      fmt::format("a case is repeated for so long, at least 3 times (default: {})", default_bench_seconds),
      [&](const std::string& t) { options.bench.seconds = parse_seconds("--seconds", t, most_seconds); });
  std::vector<std::string_view> names;
  for (const kernel::Target& target : kernel::targets()) names.push_back(target.name);
  add.value("--target", fmt::format("{}", fmt::join(names, "|")),
            fmt::format("instruction set (default: {}, the best there is)", names.front()),
            [&](const std::string& t) { options.bench.target = t; });
  add_format_option(app, "text (a line a case) or json, a record a line", options.report);
}

}  // namespace

void add_bench_options(CLI::App& app, Options& options) {
  add_cases(app, options.bench);
  add_checkpoint_options(app, options.choice);
  add_size_options(app, options.model.config);
  Adder add(app, random_weights_group);
  add.size("--layers", fmt::format("layers of an encoder (default: {})", default_bench_layers),
           options.bench.layers, 1, max_bench_layers);
  add.size("--intermediate-size", "features inside a feed-forward (default: 4 * hidden_size)",
           options.bench.intermediate_size, 1, any_size);
  add_measuring(app, options);
}

}  // namespace mha
