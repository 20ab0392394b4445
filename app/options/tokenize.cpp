#include "app/options/adder.h"
#include "app/options/commands.h"

namespace mha {

void add_tokenize_options(CLI::App& app, Options& options) {
  add_text_options(app, options.text);
  add_checkpoint_options(app, options.choice);
  Adder(app, "Output")
      .choice<std::string>("--format",
                           "text (ids, tab, pieces) or json, a record a line with ids, tokens and byte spans "
                           "(default: text)",
                           options.report.format, {{"text", "text"}, {"json", "json"}});
}

}  // namespace mha
