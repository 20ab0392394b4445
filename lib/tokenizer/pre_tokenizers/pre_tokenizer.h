// The catalogue of pre-tokenizers of a tokenizer.json: how a normalised text is cut into words. A new one is
// one file and two lines: its declaration here and its entry in pre_tokenizer.cpp.
#pragma once

#include <memory>

#include "tokenizer/component.h"
#include "tokenizer/split_text.h"

namespace mha {

class PreTokenizer {
 public:
  virtual ~PreTokenizer() = default;
  virtual void cut(SplitText& text) const = 0;
};

/// The pre-tokenizer that a component describes. Throws Error(data) for a type that is not known and for
/// members that are missing or of another type, here and in all of the following.
std::unique_ptr<PreTokenizer> read_pre_tokenizer(const Component& component);

/// Several, one after the other.
std::unique_ptr<PreTokenizer> read_pre_tokenizer_sequence(const Component& component);

/// At white space, which is dropped, and around punctuation.
std::unique_ptr<PreTokenizer> read_bert_pre_tokenizer(const Component& component);

/// Words, and runs of what is neither word nor white space.
std::unique_ptr<PreTokenizer> read_whitespace(const Component& component);

/// At white space, which is dropped.
std::unique_ptr<PreTokenizer> read_whitespace_split(const Component& component);

/// At punctuation, with a behavior.
std::unique_ptr<PreTokenizer> read_punctuation(const Component& component);

/// Around numbers, or each of their digits.
std::unique_ptr<PreTokenizer> read_digits(const Component& component);

/// At one character, which is dropped.
std::unique_ptr<PreTokenizer> read_char_delimiter_split(const Component& component);

/// At the matches of a pattern, with a behavior.
std::unique_ptr<PreTokenizer> read_split(const Component& component);

/// Every so many code points.
std::unique_ptr<PreTokenizer> read_fixed_length(const Component& component);

/// Spaces become a visible character, before which the text is cut, as in sentencepiece.
std::unique_ptr<PreTokenizer> read_metaspace(const Component& component);

/// A character for each byte, after cutting as GPT-2 does.
std::unique_ptr<PreTokenizer> read_byte_level_pre_tokenizer(const Component& component);

/// The member "behavior" of Split and Punctuation.
Behavior read_behavior(const Component& component);

}  // namespace mha
