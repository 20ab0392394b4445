#include "tokenizer/models/unigram.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/utf8.h"

namespace mha {
namespace {

constexpr double unknown_penalty = 10;

/// Words of fewer bytes need no memory from the heap.
constexpr std::size_t short_word = 256;

std::vector<Vocabulary::Entry> entries_of(std::span<const Unigram::Piece> pieces) {
  std::vector<Vocabulary::Entry> entries;
  entries.reserve(pieces.size());
  for (const Unigram::Piece& piece : pieces) {
    entries.push_back({piece.text, static_cast<std::uint32_t>(entries.size())});
  }
  return entries;
}

}  // namespace

Unigram::Unigram(std::span<const Piece> pieces, std::optional<std::uint32_t> unknown, bool byte_fallback,
                 std::string source)
    : index_(entries_of(pieces)), unknown_(unknown), source_(std::move(source)) {
  double worst = std::numeric_limits<double>::infinity();
  scores_.reserve(pieces.size());
  for (const Piece& piece : pieces) {
    scores_.push_back(piece.score);
    worst = std::min(worst, piece.score);
  }
  unknown_score_ = worst - unknown_penalty;
  if (byte_fallback) bytes_.emplace(index_.vocabulary());
}

std::uint32_t Unigram::unknown_id(std::string_view word) const {
  if (unknown_) return *unknown_;
  const std::string beginning = utf8::replace_invalid(word.substr(0, 40));
  fail(Status::data, "{}: '{}' has a character that is no piece, and model.unk_id names no piece for it",
       source_, utf8::printable(beginning));
}

void Unigram::tokenize(std::string_view word, std::vector<ModelPiece>& pieces) const {
  if (cache_.recall(word, pieces)) return;
  const std::size_t before = pieces.size();
  compute(word, pieces);
  cache_.remember(word, std::span(pieces).subspan(before));
}

void Unigram::compute(std::string_view word, std::vector<ModelPiece>& pieces) const {
  if (word.size() < short_word) {
    std::array<Step, short_word> steps;
    const auto used = std::span(steps).first(word.size() + 1);
    find_steps(word, used);
    return read_steps(word, used, pieces);
  }
  std::vector<Step> steps(word.size() + 1);
  find_steps(word, steps);
  read_steps(word, steps, pieces);
}

/// Forward: steps[i] is the best spelling of the first i bytes.
void Unigram::find_steps(std::string_view word, std::span<Step> steps) const {
  std::fill(steps.begin(), steps.end(), Step{0, 0, 0});
  for (std::size_t begin = 0; begin < word.size();) {
    const double before = steps[begin].score;
    const auto offer = [&](std::size_t length, double score, auto id) {
      Step& step = steps[begin + length];
      if (step.bytes != 0 && !(score > step.score)) return;
      step = {score, id(), static_cast<std::uint32_t>(length)};
    };
    const std::size_t character = character_bytes(word[begin]);
    bool known = false;
    index_.each_beginning({}, {}, word.substr(begin), [&](std::size_t length, std::uint32_t id) {
      offer(length, scores_[id] + before, [&] { return id; });
      if (length == character) known = true;
    });
    if (!known) offer(character, unknown_score_ + before, [&] { return unknown_id(word.substr(begin)); });
    begin += character;
  }
}

/// Backward from the end; unknown pieces side by side are one.
void Unigram::read_steps(std::string_view word, std::span<const Step> steps,
                         std::vector<ModelPiece>& pieces) const {
  const auto before = static_cast<std::ptrdiff_t>(pieces.size());
  auto end = static_cast<std::uint32_t>(word.size());
  while (end > 0) {
    std::uint32_t begin = end - steps[end].bytes;
    const bool known = steps[end].id != unknown_;
    while (!known && begin > 0 && steps[begin].id == unknown_) begin -= steps[begin].bytes;
    if (known) {
      pieces.push_back({steps[end].id, begin, end});
    } else {
      add_unknown(word, begin, end, pieces);
    }
    end = begin;
  }
  std::reverse(pieces.begin() + before, pieces.end());
}

/// In backward order. What is unknown by its characters may still be a piece, of a score too low to be
/// chosen.
void Unigram::add_unknown(std::string_view word, std::uint32_t begin, std::uint32_t end,
                          std::vector<ModelPiece>& pieces) const {
  const std::string_view text = word.substr(begin, end - begin);
  if (const auto id = index_.vocabulary().find(text)) {
    pieces.push_back({*id, begin, end});
  } else if (bytes_ && bytes_->cover(text)) {
    std::for_each(text.rbegin(), text.rend(), [&](char byte) {
      pieces.push_back({bytes_->id(byte), begin, end});
    });
  } else {
    pieces.push_back({*unknown_, begin, end});
  }
}

}  // namespace mha
