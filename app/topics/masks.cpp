#include <fmt/ranges.h>

#include "app/options/commands.h"
#include "app/topics/topics.h"

namespace mha {
namespace {

std::string options_text(const CommandEntry& command, const std::string& group) {
  std::vector<TopicRow> rows;
  for (const OptionEntry& option : command.options) {
    if (option.group != group) continue;
    rows.push_back({fmt::format("{} {}", fmt::join(option.names, ", "), option.kind), option.help});
  }
  return rows_text(rows);
}

}  // namespace

std::string masks_topic(const CommandTable& table) {
  return "Everywhere 1 means attend and 0 means do not. All masks that are given are combined; one alone "
         "works\n"
         "too. What is masked has scores of -inf and weights of exactly 0.\n\n" +
         options_text(table.front(), masks_group) +
         R"(
A decoder's layers are causal and have their windows without being asked; --no-causal, --no-window and the others
overrule that.
--causal counts tokens from the first of each text, as PyTorch's is_causal; with --window W, the last W of them,
the token itself included. --window alone: tokens at most W away. Both as in Transformers.
--query-mask and --key-mask have a 0 or 1 for each token; given once for all sequences, or once for each.
--mask is [T, S], [B, T, S] or [B, H, T, S], where B and H may be 1; its numbers are 0 or 1.
A query that may attend to nothing gets weights of 0 and a note. --masked-rows nan gives it what softmax over -inf
gives in PyTorch, uniform what the lowest finite number in place of -inf gives in Transformers.
)";
}

}  // namespace mha
