#include "tokenizer/folders/sentencepiece_merges.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/error.h"
#include "base/utf8.h"

namespace mha {
namespace {

/// The order in which merges are ranked: that of the ids, or that of the scores.
std::vector<std::uint32_t> ranking(const ModelProto& model, Merging merging) {
  std::vector<std::uint32_t> ids(model.pieces.size());
  std::iota(ids.begin(), ids.end(), 0U);
  if (merging == Merging::by_id) return ids;
  std::stable_sort(ids.begin(), ids.end(), [&](std::uint32_t a, std::uint32_t b) {
    return model.pieces[a].score > model.pieces[b].score;
  });
  return ids;
}

/// Merges cost the square of the length of each piece; those of real models come to a hundredth of this.
constexpr std::size_t max_square_bytes = std::size_t{1} << 31;

void check_cost(const ModelProto& model, const std::string& path) {
  std::size_t cost = 0;
  for (const ModelProto::Piece& piece : model.pieces) cost += piece.text.size() * piece.text.size();
  if (cost <= max_square_bytes) return;
  fail(Status::limit,
       "{}: its pieces are too long to look for what merges into them; save the tokenizer with a recent "
       "version of Transformers, which writes a tokenizer.json",
       path);
}

/// Calls use(left, right) for every way to cut the piece into two others (generate_merges of Transformers),
/// or into two normal ones, the shorter left first.
template <class Use>
void each_cut(std::string_view piece, const Vocabulary& vocabulary, Use use) {
  PieceHash hash;
  for (std::size_t begin = 0, at = 0; at < piece.size(); begin = at) {
    utf8::next(piece, at);
    hash.add(piece.substr(begin, at - begin));
    const auto left = vocabulary.find(hash, {}, piece.substr(0, at));
    const auto right = left && at < piece.size() ? vocabulary.find(piece.substr(at)) : std::nullopt;
    if (right) use(at, *left, *right);
  }
}

}  // namespace

MergeList merges_of(const ModelProto& model, const Vocabulary& vocabulary, Merging merging,
                    const std::string& path) {
  check_cost(model, path);
  MergeReader reader(vocabulary, {}, path, "piece", model.pieces.size());
  const auto may_merge = [&](std::uint32_t id) {
    return merging == Merging::by_id || model.pieces[id].normal;
  };
  std::size_t count = 0;
  for (const std::uint32_t id : ranking(model, merging)) {
    const std::string_view piece = model.pieces[id].text;
    if (!may_merge(id)) continue;
    each_cut(piece, vocabulary, [&](std::size_t at, std::uint32_t left, std::uint32_t right) {
      if (!may_merge(left) || !may_merge(right)) return;
      if (++count > MergeTable::max_merges) {
        fail(Status::limit,
             "{}: its pieces fall into two others in more than {} ways, the most that are read", path,
             MergeTable::max_merges);
      }
      reader.add({piece.substr(0, at), piece.substr(at), id + std::size_t{1}});
    });
  }
  return reader.take();
}

}  // namespace mha
