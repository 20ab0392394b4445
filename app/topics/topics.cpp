#include "app/topics/topics.h"

#include <fmt/format.h>

#include <algorithm>

namespace mha {

std::vector<std::string> topic_words() {
  std::vector<std::string> words;
  for (const Topic& topic : topics) words.emplace_back(topic.name);
  return words;
}

std::string rows_text(const std::vector<TopicRow>& rows) {
  std::size_t width = 0;
  for (const TopicRow& row : rows) width = std::max(width, row.name.size());
  std::string text;
  for (const TopicRow& row : rows) {
    std::string line = fmt::format("  {:<{}}  {}", row.name, width, row.meaning);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace mha
