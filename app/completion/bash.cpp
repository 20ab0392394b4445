#include <fmt/ranges.h>

#include "app/completion/completion.h"
#include "app/completion/value_form.h"

namespace mha {
namespace {

constexpr std::string_view begin =
    R"bash(# Completion of mha for bash. To use it now: source <(mha completion bash)

# Knows the value of option $2 of command $1, or of its word number $2 that is no option: what stands for it goes to
# words, list, assigns, files and folders of the caller. Fails for what takes no value.
_mha_value() {
  words='' list='' assigns='' files='' folders=''
  case $1:$2 in
)bash";

constexpr std::string_view between = R"bash(    *) return 1 ;;
  esac
}

# The options of command $1, in words.
_mha_options() {
  case $1 in
)bash";

constexpr std::string_view end = R"bash(  esac
}

# Adds to COMPREPLY, line by line, what completes $cur behind $prefix; $1 is put behind each.
_mha_reply() {
  local reply
  while IFS= read -r reply; do COMPREPLY+=("$prefix$reply$1"); done
}

# The same of files, or with -d of folders. Bash quotes names only where all replies are such.
_mha_reply_files() {
  local reply among=${COMPREPLY[*]}
  [[ $among ]] || compopt -o filenames 2>/dev/null
  while IFS= read -r reply; do
    [[ $among ]] && printf -v reply %q "$reply"
    COMPREPLY+=("$prefix$reply")
  done < <(compgen "$1" -- "$cur")
}

# Completes $cur with a value.
_mha_complete_value() {
  local behind='' all=$cur before=$prefix
  if [[ $assigns && $cur == *=* ]]; then
    before+=${cur%%=*}= all=${cur#*=} words=''
  elif [[ $assigns ]]; then
    behind='='
  fi
  [[ $list && $cur == *,* ]] && prefix+=${cur%,*}, cur=${cur##*,}
  _mha_reply "$behind" < <(compgen -W "$words" -- "$cur")
  [[ $behind ]] && ((${#COMPREPLY[@]})) && compopt -o nospace 2>/dev/null
  cur=$all prefix=$before
  if [[ $files ]]; then _mha_reply_files -f; elif [[ $folders ]]; then _mha_reply_files -d; fi
}

_mha() {
  local IFS=$' \t\n' typed=() glued='' word
  COMPREPLY=()
  # Bash cuts words at = and : too; here they are put together again.
  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if ((${#typed[@]})) && [[ $glued || $word == [=:]* ]]; then typed[-1]+=$word; else typed+=("$word"); fi
    if [[ $word == *[=:] ]]; then glued=1; else glued=; fi
  done

  local command=run option='' place=1 words list assigns files folders
  for word in "${typed[@]:0:${#typed[@]}-1}"; do
    if [[ $option ]]; then
      option=
    elif [[ $word == -- ]]; then
      command=run place=1
    elif [[ $word == -* ]]; then
      [[ $word != *=* ]] && _mha_value "$command" "$word" && option=$word
    elif [[ $command == run && $place == 1 && " $_mha_commands " == *" $word "* ]]; then
      command=$word
    else
      ((++place))
    fi
  done

  local cur=${typed[-1]} prefix=''
  if [[ ! $option && $cur == -*=* ]]; then
    option=${cur%%=*} prefix=${cur%%=*}= cur=${cur#*=}
    _mha_value "$command" "$option" && _mha_complete_value
  elif [[ $option ]] && _mha_value "$command" "$option"; then
    _mha_complete_value
  elif [[ $cur != -* ]] && _mha_value "$command" "$place"; then
    _mha_complete_value
  else
    words=$_mha_commands
    if [[ $cur == -* ]] || ((${#typed[@]} > 1)); then _mha_options "$command"; fi
    _mha_reply '' < <(compgen -W "$words" -- "$cur")
  fi

  # What bash has cut off before the cursor is not part of what it replaces.
  local cut=${typed[-1]}
  if [[ $cut == *=* && $COMP_WORDBREAKS == *=* ]]; then cut=${cut%=*}=; else cut=; fi
  local i
  for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]=${COMPREPLY[i]#"$cut"}; done
}

complete -F _mha mha
)bash";

std::string name_of(const CommandEntry& command) { return command.name.empty() ? "run" : command.name; }

/// "    run:-q|run:--quiet) words='a b' list=1 ;;"
std::string case_of(const std::string& command, const std::vector<std::string>& names,
                    const ValueForm& form) {
  std::vector<std::string> patterns, settings;
  for (const std::string& name : names) patterns.push_back(fmt::format("{}:{}", command, name));
  if (!form.words.empty()) settings.push_back(fmt::format("words='{}'", fmt::join(form.words, " ")));
  if (form.is_list) settings.emplace_back("list=1");
  if (form.assigns) settings.emplace_back("assigns=1");
  if (form.files) settings.emplace_back("files=1");
  if (form.folders) settings.emplace_back("folders=1");
  return fmt::format("    {}) {} ;;\n", fmt::join(patterns, "|"), fmt::join(settings, " "));
}

std::string cases_of(const CommandEntry& command, const CommandTable& table) {
  std::string cases;
  std::size_t place = 0;
  for (const OptionEntry& option : command.options) {
    if (!option.takes_value()) continue;
    const bool counted = option.is_positional();
    const std::vector<std::string> names = counted ? std::vector{fmt::format("{}", ++place)} : option.names;
    cases += case_of(name_of(command), names, value_form(option, table));
  }
  return cases;
}

std::string options_of(const CommandEntry& command) {
  std::vector<std::string> names;
  for (const OptionEntry& option : command.options) {
    if (!option.is_positional()) names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return fmt::format("    {}) words='{}' ;;\n", name_of(command), fmt::join(names, " "));
}

}  // namespace

std::string bash_completion(const CommandTable& table) {
  std::string values, options;
  std::vector<std::string> commands;
  for (const CommandEntry& command : table) {
    values += cases_of(command, table);
    options += options_of(command);
    if (!command.name.empty()) commands.push_back(command.name);
  }
  std::string script{begin};
  script += values;
  script += between;
  script += options;
  script += end;
  return script + fmt::format("_mha_commands='{}'\n", fmt::join(commands, " "));
}

}  // namespace mha
