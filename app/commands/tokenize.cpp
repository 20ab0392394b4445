#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "app/commands/commands.h"
#include "app/inputs.h"
#include "base/output.h"
#include "base/utf8.h"
#include "checkpoint/hub.h"
#include "report/sequence_json.h"

namespace mha {
namespace {

/// Written in pieces of about this size, so that a large input is not held twice.
constexpr std::size_t chunk_bytes = std::size_t{1} << 20;

/// Texts are tokenized and written in groups, so that the tokens of a large input are not held all at once.
constexpr std::size_t group_texts = 64;

/// Appends "2051 10029", a tab, "time flies".
void append_line(std::string& out, const Sequence& sequence, const Tokenizer& tokenizer) {
  for (const Token& token : sequence.tokens) {
    if (&token != sequence.tokens.data()) out += ' ';
    const fmt::format_int id(token.id);
    out.append(id.data(), id.size());
  }
  out += '\t';
  for (const Token& token : sequence.tokens) {
    if (&token != sequence.tokens.data()) out += ' ';
    utf8::append_printable(out, tokenizer.piece(token.id));
  }
  out += '\n';
}

/// The texts from `begin` on that make up a group; they are moved.
std::vector<Text> take_group(std::vector<Text>& texts, std::size_t begin) {
  const auto first = std::min(begin, texts.size()), last = std::min(begin + group_texts, texts.size());
  const auto at = [&](std::size_t i) {
    return std::make_move_iterator(texts.begin() + static_cast<std::ptrdiff_t>(i));
  };
  return {at(first), at(last)};
}

}  // namespace

Status tokenize(const Options& options, const Messages& messages) {
  std::optional<std::string> folder;
  if (options.model.checkpoint) folder = locate_folder(*options.model.checkpoint);
  const std::unique_ptr<Tokenizer> tokenizer = choose_tokenizer(options.text, folder);
  const bool special_tokens = options.text.special_tokens.value_or(folder.has_value());
  auto [texts, pairs] = read_text_pairs(options.text);
  messages.detail("{} texts", texts.size());
  const bool json = options.report.format == "json";
  std::string out;
  for (std::size_t begin = 0; begin < texts.size(); begin += group_texts) {
    for (const Sequence& sequence :
         tokenize(take_group(texts, begin), take_group(pairs, begin), *tokenizer, {special_tokens, {}})) {
      if (json) {
        out += fmt::format("{{{}}}\n", token_members_json(sequence, tokenizer.get()));
      } else {
        append_line(out, sequence, *tokenizer);
      }
    }
    if (out.size() < chunk_bytes) continue;
    write_stdout(out);
    out.clear();
  }
  write_stdout(out);
  return Status::ok;
}

}  // namespace mha
