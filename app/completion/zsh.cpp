#include <fmt/ranges.h>

#include "app/completion/completion.h"
#include "app/completion/value_form.h"

namespace mha {
namespace {

constexpr std::string_view begin = R"zsh(#compdef mha
# Completion of mha for zsh. To use it now, behind compinit: source <(mha completion zsh)

# A value. The letters of $1 say what it is: l words with commas between them, a words before a = and the rest behind
# it, f files, d folders. The other arguments are the words.
_mha_value() {
  local form=$1 ret=1
  local -a names=("${@:2}") suffix
  if [[ $form == *a* ]]; then
    if compset -P 1 '*='; then
      [[ $form == *f* ]] && _files
      return
    fi
    suffix=(-q -S =)
  fi
  [[ $form == *f* ]] && _files && ret=0
  [[ $form == *d* && $form != *f* ]] && _files -/ && ret=0
  [[ $form == *l* ]] && compset -P '*,'
  (( $#names )) && compadd $suffix -a names && ret=0
  return ret
}
)zsh";

constexpr std::string_view end = R"zsh(
_mha() {
  local -a commands=("${(@f)$(_mha_list_commands)}")
  integer dashes=${words[(I)--]}
  if [[ $words[2] == diff ]] && (( dashes > 0 && dashes < CURRENT )); then
    (( CURRENT -= dashes - 1 ))
    words=(mha "${(@)words[dashes + 1,-1]}")
    _mha_run
  elif (( CURRENT > 2 )) && (( $+functions[_mha_$words[2]] )) && [[ ${commands[(r)$words[2]:*]} ]]; then
    shift words
    (( CURRENT-- ))
    _mha_$words[1]
  elif (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    _describe -t commands command commands
  else
    _mha_run
  fi
}

if [[ $funcstack[1] == _mha ]]; then _mha "$@"; else compdef _mha mha; fi
)zsh";

/// Between single quotes.
std::string quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result + '\'';
}

/// With a backslash before what divides the parts of a specification.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == ':' || c == '[' || c == ']' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

/// ":TEXT: _mha_value lf a b"
std::string value_of(const OptionEntry& option, const CommandTable& table) {
  const ValueForm form = value_form(option, table);
  if (form.is_open()) return fmt::format(":{}: ", escaped(option.kind));
  const std::string letters = fmt::format("{}{}{}{}-", form.is_list ? "l" : "", form.assigns ? "a" : "",
                                          form.files ? "f" : "", form.folders ? "d" : "");
  return fmt::format(":{}: _mha_value {} {}", escaped(option.kind), letters, fmt::join(form.words, " "));
}

/// A line of _arguments for each name; `count` is that of positional values so far.
std::string lines_of(const OptionEntry& option, const CommandTable& table, std::size_t& count) {
  const std::string value = option.takes_value() ? value_of(option, table) : "";
  if (option.is_positional()) return fmt::format(" \\\n    {}", quoted(fmt::format("{}{}", ++count, value)));
  std::string lines;
  for (const std::string& name : option.names) {
    const bool joins = option.takes_value() && name.starts_with("--");
    lines += fmt::format(" \\\n    {}", quoted(fmt::format("*{}{}[{}]{}", name, joins ? "=" : "",
                                                           escaped(brief(option.help)), value)));
  }
  return lines;
}

std::string function_of(const CommandEntry& command, const CommandTable& table) {
  std::string text = fmt::format("\n_mha_{}() {{\n  _arguments", command.name.empty() ? "run" : command.name);
  std::size_t count = 0;
  for (const OptionEntry& option : command.options) text += lines_of(option, table, count);
  return text + "\n}\n";
}

std::string list_of(const CommandTable& table) {
  std::string text = "\n_mha_list_commands() {\n  print -rl --";
  for (const CommandEntry& command : table) {
    if (command.name.empty()) continue;
    text += " \\\n    " + quoted(fmt::format("{}:{}", command.name, escaped(brief(command.summary))));
  }
  return text + "\n}\n";
}

}  // namespace

std::string zsh_completion(const CommandTable& table) {
  std::string script{begin};
  for (const CommandEntry& command : table) script += function_of(command, table);
  script += list_of(table);
  script += end;
  return script;
}

}  // namespace mha
