// The catalogue of normalizers of a tokenizer.json: what a text goes through before it is cut. A new one is
// one file and two lines: its declaration here and its entry in normalizer.cpp.
#pragma once

#include <memory>

#include "tokenizer/aligned_text.h"
#include "tokenizer/component.h"

namespace mha {

class Normalizer {
 public:
  virtual ~Normalizer() = default;
  virtual void normalize(AlignedText& text) const = 0;
};

/// The normalizer that a component describes. Throws Error(data) for a type that is not known and for members
/// that are missing or of another type, here and in all of the following.
std::unique_ptr<Normalizer> read_normalizer(const Component& component);

/// Several, one after the other.
std::unique_ptr<Normalizer> read_normalizer_sequence(const Component& component);

/// What BERT does: cleans, puts spaces around ideographs, drops accents, makes lower case.
std::unique_ptr<Normalizer> read_bert_normalizer(const Component& component);

/// Unicode normalisation forms.
std::unique_ptr<Normalizer> read_nfc(const Component& component);
std::unique_ptr<Normalizer> read_nfd(const Component& component);
std::unique_ptr<Normalizer> read_nfkc(const Component& component);
std::unique_ptr<Normalizer> read_nfkd(const Component& component);

/// Each code point in lower case, without context.
std::unique_ptr<Normalizer> read_lowercase(const Component& component);

/// No marks.
std::unique_ptr<Normalizer> read_strip_accents(const Component& component);

/// No white space at the ends.
std::unique_ptr<Normalizer> read_strip(const Component& component);

/// One text for each match of a pattern.
std::unique_ptr<Normalizer> read_replace(const Component& component);

/// A text before a text that is not empty.
std::unique_ptr<Normalizer> read_prepend(const Component& component);

/// No control characters, and spaces for what is like one, as for machine translation.
std::unique_ptr<Normalizer> read_nmt(const Component& component);

/// The table of a sentencepiece model.
std::unique_ptr<Normalizer> read_precompiled(const Component& component);

/// A character for each byte.
std::unique_ptr<Normalizer> read_byte_level_normalizer(const Component& component);

}  // namespace mha
