#include "tokenizer/models/bpe_merge_reader.h"

#include "base/error.h"
#include "base/utf8.h"

namespace mha {
namespace {

/// Pieces lie anywhere in memory: so many merges are looked up together, after all were asked for.
constexpr std::size_t together = 16;

char32_t first_character(std::string_view text) {
  std::size_t at = 0;
  return utf8::next(text, at);
}

char32_t last_character(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return utf8::next(text, at);
}

}  // namespace

MergeReader::MergeReader(const Vocabulary& vocabulary, std::string_view prefix, std::string_view source,
                         std::string_view where, std::size_t count)
    : vocabulary_(vocabulary), prefix_(prefix), source_(source), where_(where) {
  list_.merges.reserve(count);
  waiting_.reserve(together);
}

void MergeReader::add(const MergeText& text) {
  Waiting& merge = waiting_.emplace_back(Waiting{text, {}, {}});
  merge.left.add(text.left);
  merge.right.add(text.right);
  vocabulary_.prefetch(merge.left);
  vocabulary_.prefetch(merge.right);
  if (waiting_.size() == together) look_up_waiting();
}

MergeList MergeReader::take() {
  look_up_waiting();
  return std::move(list_);
}

void MergeReader::look_up_waiting() {
  for (const Waiting& merge : waiting_) look_up(merge);
  waiting_.clear();
}

void MergeReader::look_up(const Waiting& merge) {
  const MergeText& text = merge.text;
  const auto left = vocabulary_.find(merge.left, {}, text.left);
  if (!left) fail_missing(text, text.left);
  const auto right = vocabulary_.find(merge.right, {}, text.right);
  if (!right) fail_missing(text, text.right);
  if (text.right.size() < prefix_.size()) {
    fail_at(text, fmt::format("'{}' is shorter than the prefix '{}' of such pieces", text.right, prefix_));
  }
  const std::string_view rest = text.right.substr(prefix_.size());
  list_.merges.push_back({*left, *right, result(merge, rest)});
  if (text.left.empty() || rest.empty()) list_.grows = false;
  if (text.left.empty() || text.right.empty()) return;
  list_.joints.add(last_character(text.left), first_character(text.right));
}

/// Trainers give the pieces the order of the merges, so the id is mostly the next one, or the same again.
std::uint32_t MergeReader::result(const Waiting& merge, std::string_view rest) {
  const std::string_view left = merge.text.left;
  if (reads(last_ + 1, left, rest)) return ++last_;
  if (reads(last_, left, rest)) return last_;
  PieceHash hash = merge.left;
  hash.add(rest);
  const auto id = vocabulary_.find(hash, left, rest);
  if (!id) fail_missing(merge.text, std::string(left).append(rest));
  return last_ = *id;
}

bool MergeReader::reads(std::uint32_t id, std::string_view left, std::string_view rest) const {
  if (id >= vocabulary_.size()) return false;
  const std::string_view piece = vocabulary_.piece(id);
  return piece.size() == left.size() + rest.size() && piece.starts_with(left) && piece.ends_with(rest);
}

void MergeReader::fail_missing(const MergeText& text, std::string_view piece) const {
  fail_at(text, fmt::format("'{}' is not in the vocabulary", piece));
}

void MergeReader::fail_at(const MergeText& text, const std::string& why) const {
  fail(Status::data, "{}: {} {} ('{} {}'): {}", source_, where_, text.number, utf8::printable(text.left),
       utf8::printable(text.right), utf8::printable(utf8::replace_invalid(why)));
}

}  // namespace mha
