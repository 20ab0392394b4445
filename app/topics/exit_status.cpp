#include <fmt/format.h>

#include "app/topics/topics.h"
#include "base/error.h"

namespace mha {

std::string exit_status_topic(const CommandTable&) {
  std::vector<TopicRow> rows;
  for (const StatusMeaning& known : statuses) {
    rows.push_back({fmt::format("{:>2}", static_cast<int>(known.status)), std::string(known.meaning)});
  }
  return rows_text(rows) + R"(
An error is one line on standard error: what, why, what to do. Standard output closed early (| head -1) ends mha
quietly, by SIGPIPE.
)";
}

}  // namespace mha
