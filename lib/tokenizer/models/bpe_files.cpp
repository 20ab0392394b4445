#include "tokenizer/models/bpe_files.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/utf8.h"
#include "tokenizer/bert/vocab_txt.h"
#include "tokenizer/models/bpe.h"

namespace mha {
namespace {

static_assert(max_vocabulary_pieces <= MergeTable::max_ids);

void check_merge_count(std::size_t count, const std::string& source) {
  if (count <= MergeTable::max_merges) return;
  fail(Status::limit, "{}: more than {} merges, the most that are read", source, MergeTable::max_merges);
}

/// What the numbers of merges count.
constexpr std::string_view merge_item = "model.merges: merge", merge_line = "line";

[[noreturn]] void fail_merge(const std::string& source, std::string_view where, std::size_t number,
                             const std::string& shown) {
  fail(Status::data, "{}: {} {} is {}; a merge is two pieces with one space between them", source, where,
       number, shown);
}

std::optional<MergeText> split_merge(std::string_view text, std::size_t number) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos || text.find(' ', space + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  return MergeText{text.substr(0, space), text.substr(space + 1), number};
}

bool says_nothing(std::string_view line) { return line.starts_with("#version"); }

std::optional<MergeText> pair_of(JsonValue item, std::size_t number) {
  const auto parts = item.pair();
  if (!parts) return std::nullopt;
  const auto left = parts->first.string(), right = parts->second.string();
  if (!left || !right) return std::nullopt;
  return MergeText{*left, *right, number};
}

/// All merges are of one form: that of the first.
void read_items(JsonValue list, const std::string& source, MergeReader& reader) {
  std::size_t number = 0;
  std::optional<bool> as_pairs;
  list.each_item([&](JsonValue item) {
    ++number;
    if (!as_pairs) as_pairs = item.is_array();
    const auto text = item.string();
    if (!*as_pairs && text && says_nothing(*text)) return;
    const auto merge = *as_pairs ? pair_of(item, number) : text ? split_merge(*text, number) : std::nullopt;
    if (!merge) fail_merge(source, merge_item, number, item.describe());
    reader.add(*merge);
  });
}

void read_lines(std::string_view content, const std::string& path, MergeReader& reader) {
  for (std::size_t number = 1; !content.empty(); ++number) {
    const std::size_t end = std::min(content.find('\n'), content.size());
    std::string_view line = content.substr(0, end);
    content.remove_prefix(std::min(end + 1, content.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (says_nothing(line)) continue;
    const auto merge = split_merge(line, number);
    if (!merge) fail_merge(path, merge_line, number, json_quote(utf8::printable(line.substr(0, 80))));
    reader.add(*merge);
  }
}

void check_utf8(std::string_view text, const std::string& path) {
  const auto invalid = utf8::find_invalid(text);
  if (!invalid) return;
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(*invalid), '\n');
  fail(Status::data, "{}: line {} is not UTF-8; a list of merges is UTF-8 text", path, line);
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
  const JsonValue merges = fields.require("merges");
  if (!merges.is_array()) {
    fail(Status::data, "{}: model.merges is {}, where a list is needed", fields.source(), merges.describe());
  }
  Vocabulary vocabulary(read_vocabulary(fields.require("vocab"), fields.source(), "model.vocab"));
  const std::size_t count = merges.size();
  check_merge_count(count, fields.source());
  MergeReader reader(vocabulary, rules.prefix, fields.source(), merge_item, count);
  read_items(merges, fields.source(), reader);
  return std::make_unique<Bpe>(std::move(vocabulary), reader.take(), std::move(rules), fields.source());
}

std::unique_ptr<TokenModel> load_bpe_files(const std::string& vocab_path, const std::string& merges_path,
                                           BpeRules rules) {
  const JsonDocument document(read_file(vocab_path, max_vocabulary_bytes), vocab_path);
  Vocabulary vocabulary(read_vocabulary(document.root(), vocab_path, "the vocabulary"));
  const std::string text = read_file(merges_path, max_vocabulary_bytes);
  check_utf8(text, merges_path);
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  check_merge_count(lines, merges_path);
  MergeReader reader(vocabulary, rules.prefix, merges_path, merge_line, lines);
  read_lines(text, merges_path, reader);
  return std::make_unique<Bpe>(std::move(vocabulary), reader.take(), std::move(rules), vocab_path);
}

}  // namespace mha
