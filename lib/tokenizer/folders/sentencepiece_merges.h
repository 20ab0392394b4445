// The merges of a BPE model of sentencepiece, which has only its pieces.
#pragma once

#include <string>

#include "tokenizer/folders/model_proto.h"
#include "tokenizer/models/bpe_merge_reader.h"
#include "tokenizer/models/vocabulary.h"

namespace mha {

/// Which pieces merge, and which of them first.
enum class Merging {
  by_id,            ///< all, in the order of their ids (generate_merges of Transformers)
  normal_by_score,  ///< normal ones, the greatest score first (build_tokenizer_from_spm_proto)
};

/// A merge for every way to cut a piece into two others, the shorter left first. `vocabulary` has the pieces
/// of `model`, which `path` names in errors. Throws Error(limit) for more merges or longer pieces than are
/// read.
MergeList merges_of(const ModelProto& model, const Vocabulary& vocabulary, Merging merging,
                    const std::string& path);

}  // namespace mha
