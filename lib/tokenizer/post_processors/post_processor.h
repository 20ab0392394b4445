// The catalogue of post-processors of a tokenizer.json: where special tokens stand, and which spaces the
// spans of tokens leave out. A new one is one file and two lines: its declaration here and its entry in
// post_processor.cpp.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "tokenizer/component.h"
#include "tokenizer/tokenizer.h"

namespace mha {

/// Spans leave out the spaces at the ends of their pieces.
struct Trim {
  /// One space before the first word is taken for one that was added, and has no place in the text.
  bool added_space;
};

/// What is made of tokens in the end. A post-processor in a sequence takes and gives the same: parts, of
/// which the first holds the first text, and another the second text of a pair.
struct PostProcessing {
  std::vector<Template> single, pair;
  std::vector<Trim> trims;  ///< one after the other

  /// Texts alone: the first of type 0, the second of type 1.
  PostProcessing();

  /// Parts put together.
  static Template join(const std::vector<Template>& parts);
};

/// Adds what a component does to `processing`. Throws Error(data) for a type that is not known and for
/// members that are missing or of another type, here and in all of the following.
void read_post_processor(const Component& component, PostProcessing& processing);

/// Several, one after the other.
void read_post_processor_sequence(const Component& component, PostProcessing& processing);

/// [CLS] first [SEP] second [SEP].
void read_bert_processing(const Component& component, PostProcessing& processing);

/// <s> first </s> </s> second </s>, all of type 0, and trimmed spans.
void read_roberta_processing(const Component& component, PostProcessing& processing);

/// Trimmed spans.
void read_byte_level_processing(const Component& component, PostProcessing& processing);

/// Any template.
void read_template_processing(const Component& component, PostProcessing& processing);

/// Spaces at the ends of a piece, in code points.
struct PieceSpaces {
  std::uint32_t leading = 0, trailing = 0;
};
PieceSpaces count_spaces(std::string_view piece);

/// Narrows the span of token number `index` of `text`.
void trim(const Trim& trim, const PieceSpaces& spaces, std::string_view text, std::size_t index,
          Token& token);

}  // namespace mha
