#include <fmt/ranges.h>

#include "app/completion/completion.h"
#include "app/completion/value_form.h"

namespace mha {
namespace {

constexpr std::string_view begin =
    R"fish(# Completion of mha for fish. To use it now: mha completion fish | source

# The words before the cursor, without mha.
function __mha_typed
    set -l typed (commandline -opc)
    set -e typed[1]
    string join \n -- $typed
end

# True while a command may be named.
function __mha_is_first
    test (count (__mha_typed)) -eq 0
end

# True where the options of command $argv[1] may stand; behind -- they are those of a run.
function __mha_in
    set -l typed (__mha_typed)
    set -l command run
    if contains -- "$typed[1]" (__mha_commands); and not contains -- -- $typed
        set command $typed[1]
    end
    test $command = $argv[1]
end

# A value. The letters of $argv[1] say what it is: l words with commas between them, a words before a = and the rest
# behind it, f files. The other arguments are the words.
function __mha_value
    set -l form $argv[1]
    set -l token (string replace -r -- '^--[^=]*=' '' (commandline -ct))
    set -l before
    set -l behind
    if string match -q '*a*' -- $form
        if string match -q '*=*' -- $token
            string match -q '*f*' -- $form; or return
            set before (string replace -r -- '=.*' '=' $token)
            for path in (__fish_complete_path (string replace -r -- '^[^=]*=' '' $token) | string replace -r '\t.*' '')
                printf '%s\n' $before$path
            end
            return
        end
        set behind =
    end
    if string match -q '*l*' -- $form
        set before (string match -r -- '^.*,' $token)
    end
    for word in $argv[2..]
        printf '%s\n' "$before$word$behind"
    end
end

complete -c mha -f
)fish";

/// Between single quotes.
std::string quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + '\'';
}

/// " -r -F -a 'a b'": what stands for a value.
std::string value_of(const ValueForm& form) {
  std::string text;
  if (form.files) text += " -F";
  if (form.is_list || form.assigns) {
    text += fmt::format(" -a {}", quoted(fmt::format("(__mha_value {}{}{}- {})", form.is_list ? "l" : "",
                                                     form.assigns ? "a" : "", form.files ? "f" : "",
                                                     fmt::join(form.words, " "))));
  } else if (!form.words.empty()) {
    text += fmt::format(" -a {}", quoted(fmt::format("{}", fmt::join(form.words, " "))));
  }
  if (form.folders && !form.files) text += " -a '(__fish_complete_directories)'";
  return text;
}

std::string line_of(const OptionEntry& option, const CommandEntry& command, const CommandTable& table) {
  std::string line =
      fmt::format("complete -c mha -n '__mha_in {}'", command.name.empty() ? "run" : command.name);
  for (const std::string& name : option.names) {
    if (name.starts_with("--")) {
      line += " -l " + name.substr(2);
    } else if (name.starts_with('-')) {
      line += " -s " + name.substr(1);
    }
  }
  if (!option.takes_value()) return fmt::format("{} -d {}\n", line, quoted(brief(option.help)));
  const ValueForm form = value_form(option, table);
  if (option.is_positional()) return line + value_of(form) + '\n';
  return fmt::format("{} {}{} -d {}\n", line, form.files ? "-r" : "-x", value_of(form),
                     quoted(brief(option.help)));
}

}  // namespace

std::string fish_completion(const CommandTable& table) {
  std::string script{begin}, names, lines;
  for (const CommandEntry& command : table) {
    for (const OptionEntry& option : command.options) lines += line_of(option, command, table);
    if (command.name.empty()) continue;
    names += ' ' + command.name;
    lines += fmt::format("complete -c mha -n __mha_is_first -a {} -d {}\n", command.name,
                         quoted(brief(command.summary)));
  }
  return script + fmt::format("\nfunction __mha_commands\n    printf '%s\\n'{}\nend\n\n", names) + lines;
}

}  // namespace mha
