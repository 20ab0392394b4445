#include "tokenizer/pipeline.h"

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "tokenizer/aligned_text.h"
#include "tokenizer/split_text.h"

namespace mha {

/// What one text after the other is worked on in.
struct Pipeline::Scratch {
  AlignedText part;
  SplitText splits;
  Matches outer, inner;
  std::vector<std::optional<std::uint32_t>> outer_ids, inner_ids;
  std::vector<ModelPiece> pieces;
};

namespace {

/// Where a piece of a split comes from. As in `tokenizers`, an empty one is counted from where the split
/// begins; one that reaches beyond the split, which byte fallback with a suffix gives, from where the text
/// begins.
Place place_of(const ModelPiece& piece, const Split& split, std::span<const Place> places,
               std::uint32_t text_size) {
  if (piece.end > places.size() || piece.begin > piece.end) {
    return {std::min(piece.begin, text_size), std::min(std::max(piece.begin, piece.end), text_size)};
  }
  if (piece.begin < piece.end) return {places[piece.begin].begin, places[piece.end - 1].end};
  const std::uint32_t at = std::min(split.origin.begin + piece.begin, text_size);
  return {at, at};
}

}  // namespace

Pipeline::Pipeline(PipelineParts parts) : parts_(std::move(parts)), size_(parts_.model->size()) {
  for (const auto& [token, id] : parts_.added) {
    AlignedText text;
    text.assign(token.content, {0, static_cast<std::uint32_t>(token.content.size())});
    if (token.normalized && parts_.normalizer) parts_.normalizer->normalize(text);
    (token.normalized ? normalized_ : raw_).add(token, text.text(), id);
    added_pieces_.emplace_back(id, text.text());
    size_ = std::max(size_, std::size_t{id} + 1);
  }
  raw_.sort();
  normalized_.sort();
  std::sort(added_pieces_.begin(), added_pieces_.end());
  if (parts_.processing.trims.empty()) return;
  text_piece_ = parts_.model->text_piece();
  spaces_.resize(parts_.model->size());
  for (std::size_t id = 0; id < spaces_.size(); ++id) {
    spaces_[id] = count_spaces(parts_.model->piece(static_cast<std::uint32_t>(id)));
  }
}

std::vector<Token> Pipeline::encode(std::string_view text) const {
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    fail(Status::limit, "a text of {} bytes; at most 4 GiB are cut into tokens, split it", text.size());
  }
  static thread_local Scratch scratch;
  std::vector<Token> tokens;
  extract_added(text, scratch);
  if (parts_.pre_tokenizer) parts_.pre_tokenizer->cut(scratch.splits);
  put_tokens(text, scratch, tokens);
  return tokens;
}

/// Takes added tokens out of the text as it is, normalises what lies between, and takes those that are
/// normalised out of that.
void Pipeline::extract_added(std::string_view text, Scratch& scratch) const {
  scratch.splits.clear();
  raw_.find(text, scratch.outer, scratch.outer_ids);
  for (std::size_t i = 0; i < scratch.outer.size(); ++i) {
    const Match& match = scratch.outer[i];
    scratch.part.assign(text,
                        {static_cast<std::uint32_t>(match.begin), static_cast<std::uint32_t>(match.end)});
    if (scratch.outer_ids[i]) {
      scratch.splits.append(scratch.part, {{0, match.end - match.begin, true}}, {&scratch.outer_ids[i], 1});
      continue;
    }
    if (parts_.normalizer) parts_.normalizer->normalize(scratch.part);
    normalized_.find(scratch.part.text(), scratch.inner, scratch.inner_ids);
    scratch.splits.append(scratch.part, scratch.inner, scratch.inner_ids);
  }
}

void Pipeline::put_tokens(std::string_view text, Scratch& scratch, std::vector<Token>& tokens) const {
  const auto put = [&](Token token, const PieceSpaces& spaces) {
    for (const Trim& each : parts_.processing.trims) trim(each, spaces, text, tokens.size(), token);
    tokens.push_back(token);
  };
  for (const Split& split : scratch.splits.splits()) {
    const std::string_view word = scratch.splits.text(split);
    const std::span<const Place> places = scratch.splits.places(split);
    if (split.id) {
      put({*split.id, places.front().begin, places.back().end},
          spaces_.empty() ? PieceSpaces{} : count_spaces(word));
      continue;
    }
    scratch.pieces.clear();
    parts_.model->tokenize(word, scratch.pieces);
    for (const ModelPiece& piece : scratch.pieces) {
      const Place place = place_of(piece, split, places, static_cast<std::uint32_t>(text.size()));
      const bool shows_text = piece.id == text_piece_;
      put({piece.id, place.begin, place.end},
          shows_text ? count_spaces(word.substr(piece.begin, piece.end - piece.begin)) : spaces_of(piece.id));
    }
  }
}

std::string_view Pipeline::piece(std::uint32_t id) const {
  const auto found = std::lower_bound(added_pieces_.begin(), added_pieces_.end(), id,
                                      [](const auto& entry, std::uint32_t x) { return entry.first < x; });
  if (found != added_pieces_.end() && found->first == id) return found->second;
  return id < parts_.model->size() ? parts_.model->piece(id) : std::string_view();
}

Template Pipeline::special_tokens(bool pair) const {
  return PostProcessing::join(pair ? parts_.processing.pair : parts_.processing.single);
}

}  // namespace mha
