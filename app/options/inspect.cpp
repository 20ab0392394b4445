#include "app/options/adder.h"
#include "app/options/commands.h"
#include "model/config_file.h"

namespace mha {

void add_inspect_options(CLI::App& app, Options& options) {
  InspectOptions& inspect = options.inspect;
  Adder what(app, "Model");
  what.value("MODEL", "DIR|FILE|NAME", "a checkpoint, as for --model",
             [&](const std::string& t) { options.choice.alone = t; });
  add_checkpoint_options(app, options.choice);
  Adder add(app, "What is told");
  add.size("--tokens", fmt::format("tokens of the run whose cost is told (default: {})", inspect.tokens),
           inspect.tokens, 1, max_size);
  add.flag("--tensors", "list all tensors with shape, dtype, file and role", inspect.all_tensors);
  add.value("--tensor", "NAME", "list only this one; * and ? stand for any characters; repeatable",
            [&](const std::string& t) { inspect.chosen.push_back(t); });
  add.flag("--stats", "with --tensor or --tensors: read their numbers: min, max, mean, std, zeros, NaN, Inf",
           inspect.stats);
  add_format_option(app, "text or json, one document", options.report);
  Adder(app, "Output").flag("-q,--quiet", "nothing but the exit status", options.report.quiet);
}

}  // namespace mha
