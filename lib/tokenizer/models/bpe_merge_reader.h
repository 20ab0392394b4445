// From the texts of merges to their ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenizer/models/bpe_joints.h"
#include "tokenizer/models/bpe_merges.h"
#include "tokenizer/models/vocabulary.h"

namespace mha {

/// A merge as files write it: the texts of two pieces, and the number of the item or line, for messages.
struct MergeText {
  std::string_view left, right;
  std::size_t number;
};

/// All merges of a model, in the order of their ranks.
struct MergeList {
  std::vector<Merge> merges;
  BpeJoints joints;

  /// Whether each merge makes a piece longer, and so another one than before.
  bool grows = true;
};

class MergeReader {
 public:
  /// `prefix` begins the pieces that do not begin a word; it is taken off the right piece of a merge.
  /// `source` names the file in messages, `where` what the numbers of merges count, of which there are about
  /// `count`.
  MergeReader(const Vocabulary& vocabulary, std::string_view prefix, std::string_view source,
              std::string_view where, std::size_t count);

  /// Adds a merge; its texts must live until all are taken. Throws Error(data) with the number of this merge
  /// or one before it whose parts or result are not in the vocabulary.
  void add(const MergeText& text);

  /// All merges. Throws as `add`.
  MergeList take();

 private:
  /// A merge whose look-ups are under way.
  struct Waiting {
    MergeText text;
    PieceHash left, right;
  };

  void look_up_waiting();
  void look_up(const Waiting& merge);
  std::uint32_t result(const Waiting& merge, std::string_view rest);
  bool reads(std::uint32_t id, std::string_view left, std::string_view rest) const;
  [[noreturn]] void fail_missing(const MergeText& text, std::string_view piece) const;
  [[noreturn]] void fail_at(const MergeText& text, const std::string& why) const;

  const Vocabulary& vocabulary_;
  std::string_view prefix_, source_, where_;
  std::vector<Waiting> waiting_;
  std::uint32_t last_ = 0;  ///< the id of the last result
  MergeList list_;
};

}  // namespace mha
