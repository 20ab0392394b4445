#include "app/manual.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

#include "app/help.h"
#include "app/topics/topics.h"

namespace mha {
namespace {

/// Text as roff: what it would take for its own is marked as text. A dash is the one that is typed.
std::string roff(std::string_view text) {
  std::string result;
  bool at_begin = true;
  for (const char c : text) {
    if (at_begin && (c == '.' || c == '\'')) result += "\\&";
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else if (c == '\'') {
      result += "\\(aq";
    } else if (c == '`') {
      result += "\\(ga";
    } else if (c == '^') {
      result += "\\(ha";
    } else if (c == '~') {
      result += "\\(ti";
    } else {
      result += c;
    }
    at_begin = c == '\n';
  }
  return result;
}

/// Text that is filled, in lines of an editor's width.
std::string filled(std::string_view text) {
  constexpr std::size_t most = 72;
  std::string lines;
  std::size_t width = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const bool fits = width + (end - begin) < most;
    if (begin > 0) lines += fits ? ' ' : '\n';
    width = (fits ? width : 0) + (end - begin) + 1;
    lines += text.substr(begin, end - begin);
    begin = end + 1;
  }
  return roff(lines) + '\n';
}

std::string heading(std::string_view macro, std::string_view text) {
  return fmt::format(".{} \"{}\"\n", macro, roff(text));
}

/// Lines as they stand.
std::string block(std::string text) {
  const std::size_t last = text.find_last_not_of('\n');
  text.erase(last == std::string::npos ? 0 : last + 1);
  return text.empty() ? text : ".nf\n" + roff(text) + "\n.fi\n";
}

std::string option_text(const OptionEntry& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.names) names.push_back(fmt::format("\\fB{}\\fR", roff(name)));
  const std::string kind = option.takes_value() ? fmt::format(" \\fI{}\\fR", roff(option.kind)) : "";
  return fmt::format(".TP\n{}{}\n{}", fmt::join(names, ", "), kind, filled(option.help));
}

/// The options of a command, group by group, each under a heading that `heading_of` makes.
std::string options_text(const CommandEntry& command, std::string (*heading_of)(const std::string&)) {
  std::vector<std::string> groups;
  for (const OptionEntry& option : command.options) {
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) groups.push_back(option.group);
  }
  std::string text;
  for (const std::string& group : groups) {
    text += heading_of(group);
    for (const OptionEntry& option : command.options) {
      if (option.group == group) text += option_text(option);
    }
  }
  return text;
}

/// "mha diff [OPTIONS] [A] [B]"
std::string synopsis(const CommandEntry& command) {
  std::string line = command.name.empty() ? "\\fBmha\\fR" : fmt::format("\\fBmha {}\\fR", roff(command.name));
  line += " [\\fIOPTIONS\\fR]";
  for (const OptionEntry& option : command.options) {
    if (option.is_positional()) line += fmt::format(" [\\fI{}\\fR]", roff(option.names.front()));
  }
  return line;
}

std::string command_text(const CommandEntry& command) {
  const auto plain = [](const std::string& group) { return ".PP\n" + roff(group) + ":\n"; };
  return heading("SS", "mha " + command.name) + filled(command.summary + '.') + options_text(command, plain) +
         (command.footer.empty() ? "" : ".PP\n" + block(command.footer));
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return c == '-' ? ' ' : static_cast<char>(std::toupper(c)); });
  return result;
}

}  // namespace

std::string manual_page(const CommandTable& table) {
  const CommandEntry& run = table.front();
  std::string page =
      fmt::format(".TH MHA 1 {} \"mha {}\" \"User Commands\"\n", MHA_VERSION_DATE, MHA_VERSION);
  page += heading("SH", "NAME") + "mha \\- " + roff("run and inspect multi-head attention from the shell\n");
  page += heading("SH", "SYNOPSIS");
  for (const CommandEntry& command : table) {
    page += (&command == &run ? "" : ".br\n") + synopsis(command) + '\n';
  }
  page += heading("SH", "DESCRIPTION") + filled(run.summary);
  page += heading("SH", "OPTIONS") +
          options_text(run, [](const std::string& group) { return heading("SS", group); });
  page += heading("SH", "COMMANDS");
  for (const CommandEntry& command : table) {
    if (&command != &run) page += command_text(command);
  }
  for (const Topic& topic : topics) page += heading("SH", upper(topic.name)) + block(topic.text(table));
  return page + heading("SH", "EXAMPLES") + block(run_examples());
}

}  // namespace mha
