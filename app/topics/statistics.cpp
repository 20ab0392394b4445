#include <fmt/format.h>

#include "app/topics/topics.h"
#include "report/heads.h"

namespace mha {

std::string statistics_topic(const CommandTable&) {
  std::vector<TopicRow> rows;
  for (const Statistic& statistic : statistics()) {
    std::string meaning(statistic.meaning);
    if (!statistic.source.empty()) meaning += fmt::format(" ({})", statistic.source);
    rows.push_back({std::string(statistic.name), meaning});
  }
  return "Numbers about a head, each the mean over the queries that have one; queries that may attend to "
         "nothing\n"
         "do not count.\n\n" +
         rows_text(rows);
}

}  // namespace mha
