#include "app/options/commands.h"

namespace mha {

void add_tokenize_options(CLI::App& app, Options& options) {
  add_text_options(app, options.text);
  add_checkpoint_options(app, options.choice);
  add_format_option(app, "text (ids, tab, pieces) or json, a record a line with ids, tokens and byte spans",
                    options.report);
}

}  // namespace mha
