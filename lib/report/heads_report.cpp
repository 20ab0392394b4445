#include "report/formats.h"
#include "report/heads.h"

namespace mha {

std::string heads_report(const Run& run) {
  const AttentionMaps maps = weight_maps(run);
  std::string text = table_text(heads_table(sorted(head_stats(maps), run.presentation.sort)));
  if (run.presentation.top == 0) return text;
  return text + '\n' + table_text(links_table(strongest_links(maps, run.presentation.top), maps));
}

}  // namespace mha
