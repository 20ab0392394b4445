#include "report/formats.h"
#include "report/saved_tables.h"

namespace mha {

std::string heads_report(const Run& run) {
  const std::string text = table_text(stats_of(run));
  return run.presentation.top == 0 ? text : text + '\n' + table_text(links_of(run));
}

}  // namespace mha
