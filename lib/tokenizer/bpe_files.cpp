#include "tokenizer/bpe_files.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/utf8.h"
#include "tokenizer/bpe.h"
#include "tokenizer/vocab_txt.h"

namespace mha {
namespace {

/// A vocabulary has more merges than pieces where a piece can be made in several ways.
constexpr std::size_t max_merges = 8 * max_vocabulary_pieces;

void check_merge_count(std::size_t count, const std::string& source) {
  if (count <= max_merges) return;
  fail(Status::limit, "{}: more than {} merges, the most that are read", source, max_merges);
}

[[noreturn]] void fail_merge(const std::string& source, std::string_view where, std::size_t number,
                             const std::string& shown) {
  fail(Status::data, "{}: {} {} is {}; a merge is two pieces with one space between them", source, where,
       number, shown);
}

std::optional<MergeText> split_merge(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos || text.find(' ', space + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  return MergeText{text.substr(0, space), text.substr(space + 1)};
}

bool says_nothing(std::string_view line) { return line.starts_with("#version"); }

std::optional<MergeText> pair_of(JsonValue item) {
  if (item.size() != 2) return std::nullopt;
  const std::vector<JsonValue> items = item.items();
  const auto left = items[0].string(), right = items[1].string();
  if (!left || !right) return std::nullopt;
  return MergeText{*left, *right};
}

/// All merges are of one form: that of the first.
std::vector<MergeText> merges_in(JsonValue list, const std::string& source) {
  if (!list.is_array()) {
    fail(Status::data, "{}: model.merges is {}, where a list is needed", source, list.describe());
  }
  const std::size_t count = list.size();
  check_merge_count(count, source);
  std::vector<MergeText> merges;
  merges.reserve(count);
  std::size_t number = 0;
  std::optional<bool> as_pairs;
  list.each_item([&](JsonValue item) {
    ++number;
    if (!as_pairs) as_pairs = item.is_array();
    const auto text = item.string();
    if (!*as_pairs && text && says_nothing(*text)) return;
    const auto merge = *as_pairs ? item.is_array() ? pair_of(item) : std::nullopt
                       : text    ? split_merge(*text)
                                 : std::nullopt;
    if (!merge) fail_merge(source, "model.merges: merge", number, item.describe());
    merges.push_back(*merge);
  });
  return merges;
}

std::vector<MergeText> merges_in_lines(std::string_view content, const std::string& path) {
  std::vector<MergeText> merges;
  for (std::size_t number = 1; !content.empty(); ++number) {
    const std::size_t end = std::min(content.find('\n'), content.size());
    std::string_view line = content.substr(0, end);
    content.remove_prefix(std::min(end + 1, content.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (says_nothing(line)) continue;
    const auto merge = split_merge(line);
    if (!merge) fail_merge(path, "line", number, json_quote(utf8::printable(line.substr(0, 80))));
    merges.push_back(*merge);
    check_merge_count(merges.size(), path);
  }
  return merges;
}

void refuse_dropout(const ModelFields& fields) {
  const auto dropout = fields.find("dropout");
  if (!dropout || dropout->number() == 0.0) return;
  fail(Status::data, "{}: model.dropout is {}: pieces would be drawn at random; set it to null",
       fields.source(), dropout->describe());
}

}  // namespace

std::unique_ptr<TokenModel> load_bpe(const ModelFields& fields) {
  refuse_dropout(fields);
  BpeRules rules;
  rules.unknown = fields.text("unk_token");
  rules.prefix = fields.text("continuing_subword_prefix").value_or("");
  rules.suffix = fields.text("end_of_word_suffix").value_or("");
  rules.fuse_unknown = fields.flag("fuse_unk");
  rules.byte_fallback = fields.flag("byte_fallback");
  rules.ignore_merges = fields.flag("ignore_merges");
  const auto merges = merges_in(fields.require("merges"), fields.source());
  return std::make_unique<Bpe>(read_vocabulary(fields.require("vocab"), fields.source(), "model.vocab"),
                               merges, std::move(rules), fields.source(), "model.merges: merge");
}

std::unique_ptr<TokenModel> load_bpe_files(const std::string& vocab_path, const std::string& merges_path,
                                           BpeRules rules) {
  const JsonDocument document(read_file(vocab_path, max_vocabulary_bytes), vocab_path);
  const std::string merges = read_file(merges_path, max_vocabulary_bytes);
  if (const auto invalid = utf8::find_invalid(merges)) {
    const auto line =
        1 + std::count(merges.begin(), merges.begin() + static_cast<std::ptrdiff_t>(*invalid), '\n');
    fail(Status::data, "{}: line {} is not UTF-8; a list of merges is UTF-8 text", merges_path, line);
  }
  return std::make_unique<Bpe>(read_vocabulary(document.root(), vocab_path, "the vocabulary"),
                               merges_in_lines(merges, merges_path), std::move(rules), merges_path, "line");
}

}  // namespace mha
