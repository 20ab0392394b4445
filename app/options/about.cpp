#include "app/options/adder.h"
#include "app/options/commands.h"

namespace mha {

void add_help_options(CLI::App& app, Options& options) {
  Adder add(app, "What is explained");
  add.value("TOPIC", "TOPIC|COMMAND", "see below; of a command, its options",
            [&](const std::string& t) { options.about.topic = t; });
}

}  // namespace mha
