// mha completion: the scripts are loaded by the shells they are for, which are asked what they would offer.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "model/tensors.h"
#include "report/checks.h"
#include "report/formats.h"
#include "report/heads.h"
#include "support/command.h"
#include "support/command_help.h"
#include "support/words.h"
#include "tokenizer/kinds.h"

using namespace mha;
using test::check_error;
using test::Shell;

namespace {

using Offers = std::set<std::string>;

/// Calls the function of bash as bash does, with the words of $1 up to the last, cut as bash cuts them.
constexpr std::string_view ask_bash = R"(
source ./mha.bash
COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
COMP_WORDS=($1)
[[ $1 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_mha
printf '%s\n' "${COMPREPLY[@]}"
)";

/// Completion in zsh happens in its line editor: a second zsh on a terminal of its own is given the line and
/// a tab, and writes what completion adds.
constexpr std::string_view ask_zsh = R"(
zmodload zsh/zpty
: >offers
zpty shell zsh -f -i
zpty -w shell 'source ./editor.zsh'
zpty -w -n shell "$1"$'\t'
repeat 600; do [[ $(<offers) == *done ]] && break; sleep 0.05; done
sed '$d' offers
zpty -d shell
)";

constexpr std::string_view zsh_editor = R"(
PROMPT=
autoload -Uz compinit
compinit -u -D
source ./mha.zsh
compadd() {
  local -a hits
  if [[ " ${(j: :)@[1,${@[(i)-]}]} " != *' -'[OAD]' '* ]]; then
    builtin compadd -O hits "$@"
    print -rl -- $IPREFIX$^hits >>offers
  fi
  builtin compadd "$@"
}
offer() {
  zle complete-word
  print done >>offers
  exit
}
zle -N offer
bindkey '^I' offer
)";

Offers lines_of(const std::string& text, const std::string& behind) {
  Offers offers;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    line = line.substr(0, line.find('\t'));  // fish: a description follows
    if (line.ends_with('=') || line.ends_with('/')) line.pop_back();
    if (!line.empty()) offers.insert(behind + line);
  }
  return offers;
}

/// The words of a line as bash cuts them: at '=' too, which is a word of its own.
std::string cut(const std::string& line) {
  std::string words;
  for (const char c : line) words += c == '=' ? std::string(" = ") : std::string(1, c);
  return words;
}

bool ends_in_equals(const std::string& line) { return line.ends_with('='); }

struct Asked {
  const char* shell;
  Offers (*offers)(const Shell&, const std::string& line);  ///< whole last words
};

/// What stands before the part of the last word that bash replaces.
std::string kept_by_bash(const std::string& line) {
  const std::string word = line.substr(line.rfind(' ') + 1);
  const std::size_t equals = word.rfind('=');
  return equals == std::string::npos ? "" : word.substr(0, equals + 1);
}

Offers offers_of_bash(const Shell& shell, const std::string& line) {
  std::string words = cut(line);
  if (ends_in_equals(line)) words.pop_back();
  return lines_of(shell.output("bash ask.bash '" + words + "'"), kept_by_bash(line));
}

Offers offers_of_zsh(const Shell& shell, const std::string& line) {
  return lines_of(shell.output("zsh -f ask.zsh '" + line + "'"), "");
}

Offers offers_of_fish(const Shell& shell, const std::string& line) {
  return lines_of(shell.output("HOME=$PWD fish -N -c 'source mha.fish; complete -C \"" + line + "\"'"), "");
}

constexpr Asked all_asked[] = {{"bash", offers_of_bash}, {"zsh", offers_of_zsh}, {"fish", offers_of_fish}};

/// A folder with the script for that shell and what asks it.
void prepare(const Shell& shell, const std::string& name) {
  shell.output("mha completion " + name + " > mha." + name);
  shell.write("ask.bash", ask_bash);
  shell.write("ask.zsh", ask_zsh);
  shell.write("editor.zsh", zsh_editor);
}

/// Those of the shells that are here; bash always is.
std::vector<Asked> shells_here() {
  const Shell shell;
  std::vector<Asked> here;
  for (const Asked& asked : all_asked) {
    if (shell.run(std::string("command -v ") + asked.shell).status == 0) {
      here.push_back(asked);
    } else {
      MESSAGE("not tried, for it is not installed: " << asked.shell);
    }
  }
  REQUIRE(!here.empty());
  return here;
}

}  // namespace

TEST_CASE("each shell offers commands, options, choices, names of catalogues and files where they belong") {
  const struct {
    const char* line;
    Offers wanted;
  } lines[] = {
      {"mha to", {"tokenize"}},
      {"mha --window 3 --masked-r", {"--masked-rows"}},
      {"mha tokenize --invalid", {"--invalid-utf8"}},
      {"mha --masked-rows ", {"zero", "nan", "uniform"}},
      {"mha --masked-rows=u", {"--masked-rows=uniform"}},
      {"mha tokenize --format ", {"text", "json"}},
      {"mha --check rows-sum-1,fin", {"rows-sum-1,finite"}},
      {"mha --config bert-t", {"bert-tiny-uncased"}},
      {"mha --expect head_d", {"head_dim"}},
      {"mha --text diff --dtype ", {"float32", "float64"}},
      {"mha --save weig", {"weights", "weights.npy"}},
      {"mha --save scores,embed", {"scores,embeddings"}},
      {"mha --save weights=fo", {"weights=folder", "weights=four.npy"}},
      {"mha --save=scores,weights=four", {"--save=scores,weights=four.npy"}},
      {"mha --text-file fou", {"four.npy"}},
      {"mha -m fo", {"folder", "four.npy"}},
      {"mha diff fou", {"four.npy"}},
      {"mha diff four.npy weights.n", {"weights.npy"}},
      {"mha help exit", {"exit-status"}},
      {"mha completion ", {"bash", "fish", "zsh"}},
      {"mha tokenize --text zz", {}},
  };
  for (const Asked& asked : shells_here()) {
    const Shell shell;
    prepare(shell, asked.shell);
    shell.output("mkdir folder && touch four.npy weights.npy");
    for (const auto& each : lines) {
      CAPTURE(std::string(asked.shell));
      CAPTURE(std::string(each.line));
      CHECK(asked.offers(shell, each.line) == each.wanted);
    }
  }
}

TEST_CASE("each shell offers every option of every command, and every command") {
  for (const Asked& asked : shells_here()) {
    const Shell shell;
    prepare(shell, asked.shell);
    const auto commands = test::commands_of(shell);
    const Offers offered = asked.offers(shell, "mha ");
    for (const std::string& command : commands) {
      CAPTURE(command);
      CHECK(offered.contains(command));
    }
    for (std::string command : commands) {
      if (command == commands.front()) command = "--causal";  // a run
      CAPTURE(command);
      const auto options = test::options_in(shell.output("mha " + command + " --help"));
      CHECK(!options.empty());
      const Offers dashed = asked.offers(shell, "mha " + command + " --");
      for (const std::string& option : options) {
        CAPTURE(option);
        if (option.starts_with("--")) CHECK(dashed.contains(option));
      }
    }
  }
}

TEST_CASE("each shell offers every row of the catalogues that options take names from") {
  for (const Asked& asked : shells_here()) {
    const Shell shell;
    prepare(shell, asked.shell);
    const Offers checked = asked.offers(shell, "mha --check "), forms = asked.offers(shell, "mha --format ");
    for (const Check& check : checks()) CHECK(checked.contains(std::string(check.name)));
    for (const ReportFormat& format : report_formats) CHECK(forms.contains(std::string(format.name)));
    const Offers sorts = asked.offers(shell, "mha --sort ");
    for (const Statistic& statistic : statistics()) CHECK(sorts.contains(std::string(statistic.name)));
    const Offers tokenizers = asked.offers(shell, "mha --tokenizer ");
    for (const auto& known : builtin_tokenizers()) CHECK(tokenizers.contains(std::string(known.name)));
    const Offers values = asked.offers(shell, "mha --get "), saved = asked.offers(shell, "mha --save ");
    for (const auto* table : {&activation_names(), &summary_names(), &parameter_names()}) {
      for (const TensorName& tensor : *table) {
        CHECK(values.contains(std::string(tensor.name)));
        CHECK(saved.contains(std::string(tensor.name)));
      }
    }
    for (const DimensionName& known : dimension_names()) CHECK(values.contains(std::string(known.name)));
  }
}

TEST_CASE("bash puts a = behind a name that wants one, and completes a run behind -- of diff") {
  const Shell shell;
  prepare(shell, "bash");
  CHECK(shell.output("bash ask.bash 'mha --save scor'") == "scores=\n");
  CHECK(shell.output("bash ask.bash 'mha diff a.npy -- --caus'") == "--causal\n");
  CHECK(shell.output("bash ask.bash 'mha --ids 1 --masked-rows = u'") == "uniform\n");
  shell.output("touch 'two words.npy'");
  CHECK(shell.output("bash ask.bash 'mha --mask two'") == "two words.npy\n");
}

TEST_CASE("completion needs a shell that it knows") {
  const Shell shell;
  check_error(shell.run("mha completion"), 2, "completion needs a shell: mha completion bash|zsh|fish");
  check_error(shell.run("mha completion zhs"), 2, "zhs: no such choice (did you mean 'zsh'?)");
  check_error(shell.run("mha completion bash zsh"), 2, "unexpected argument 'zsh'");
}
