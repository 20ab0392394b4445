#include <fmt/format.h>

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

/// "2051 10029", a tab, "time flies".
std::string text_line(const Sequence& sequence, const Tokenizer& tokenizer) {
  std::string ids, pieces;
  for (const Token& token : sequence.tokens) {
    if (!ids.empty()) {
      ids += ' ';
      pieces += ' ';
    }
    const fmt::format_int id(token.id);
    ids.append(id.data(), id.size());
    pieces += utf8::printable(tokenizer.piece(token.id));
  }
  return ids + '\t' + pieces + '\n';
}

}  // namespace

Status tokenize(const Options& options, const Messages& messages) {
  std::optional<std::string> folder;
  if (options.model.checkpoint) folder = locate_folder(*options.model.checkpoint);
  const std::unique_ptr<Tokenizer> tokenizer = choose_tokenizer(options.text, folder);
  const bool special_tokens = options.text.special_tokens.value_or(folder.has_value());
  const std::vector<Sequence> sequences = tokenize_texts(options.text, *tokenizer, special_tokens, {});
  messages.detail("{} texts", sequences.size());
  const bool json = options.report.format == "json";
  std::string out;
  for (const Sequence& sequence : sequences) {
    out += json ? fmt::format("{{{}}}\n", token_members_json(sequence, tokenizer.get()))
                : text_line(sequence, *tokenizer);
    if (out.size() < chunk_bytes) continue;
    write_stdout(out);
    out.clear();
  }
  write_stdout(out);
  return Status::ok;
}

}  // namespace mha
