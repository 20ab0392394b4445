#include "app/completion/value_form.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <span>
#include <string_view>

#include "app/topics/topics.h"
#include "kernel/targets.h"
#include "model/config.h"
#include "model/tensors.h"
#include "report/checks.h"
#include "report/heads.h"
#include "report/report.h"
#include "tokenizer/kinds.h"

namespace mha {
namespace {

using Words = std::vector<std::string>;

/// The names of a catalogue's rows.
template <class Rows>
Words names_of(const Rows& rows) {
  Words names;
  for (const auto& row : rows) names.emplace_back(row.name);
  return names;
}

Words operator+(Words words, const Words& more) {
  std::copy(more.begin(), more.end(), std::back_inserter(words));
  return words;
}

Words tensor_words() {
  return names_of(activation_names()) + names_of(summary_names()) + names_of(parameter_names());
}
Words value_words() { return names_of(dimension_names()) + tensor_words(); }

/// What a word of a kind stands for, where that is in a catalogue.
struct Placeholder {
  std::string_view option;  ///< its long name
  std::string_view word;    ///< in the kind; empty where the kind itself shows the words
  Words (*words)();
};

constexpr Placeholder placeholders[] = {
    {"--save", "NAME", tensor_words},
    {"--get", "NAME", value_words},
    {"--expect", "NAME", value_words},
    {"--sort", "STATISTIC", [] { return names_of(statistics()); }},
    {"--check", "", [] { return names_of(checks()); }},
    {"--tokenizer", "NAME", [] { return names_of(builtin_tokenizers()); }},
    {"--config", "PRESET", [] { return names_of(std::span(presets)); }},
    {"--target", "", [] { return names_of(kernel::targets()); }},
    {"TOPIC", "TOPIC", topic_words},
};

bool is_word(std::string_view part) {
  const auto stands_in_word = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; };
  return !part.empty() && std::islower(static_cast<unsigned char>(part.front())) != 0 &&
         std::all_of(part.begin(), part.end(), stands_in_word);
}

/// The parts of a kind: "DIR|FILE|NAME", "[NAME,...=]FILE".
std::vector<std::string_view> parts_of(std::string_view kind) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= kind.size();) {
    const std::size_t end = std::min(kind.find_first_of("|=,[]", begin), kind.size());
    parts.push_back(kind.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

/// The words that stand in a choice "a|b"; a kind with commas shows an example.
Words shown_words(std::string_view kind, const std::vector<std::string_view>& parts) {
  Words words;
  if (kind.find('|') == std::string_view::npos) return words;
  for (const std::string_view part : parts) {
    if (is_word(part)) words.emplace_back(part);
  }
  return words;
}

}  // namespace

ValueForm value_form(const OptionEntry& option, const CommandTable& table) {
  const std::vector<std::string_view> parts = parts_of(option.kind);
  const auto has_part = [&](std::string_view name) {
    return std::any_of(parts.begin(), parts.end(), [&](auto part) { return part.starts_with(name); });
  };
  ValueForm form{.words = shown_words(option.kind, parts),
                 .is_list = option.kind.find(',') != std::string::npos,
                 .assigns = option.kind.find('=') != std::string::npos,
                 .files = has_part("FILE"),
                 .folders = has_part("DIR")};
  for (const Placeholder& known : placeholders) {
    if (known.option == option.names.back() && has_part(known.word)) form.words = known.words();
  }
  for (const CommandEntry& command : table) {
    if (has_part("COMMAND") && !command.name.empty()) form.words.push_back(command.name);
  }
  return form;
}

std::string brief(const std::string& help) {
  std::size_t end = help.size();
  for (const char* stop : {"; ", " (", ": "}) end = std::min(end, help.find(stop));
  return help.substr(0, end);
}

}  // namespace mha
