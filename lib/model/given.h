// Numbers that the user gives in place of text.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "attention/layer.h"
#include "base/tensor.h"
#include "model/tensors.h"

namespace mha {

/// A tensor of a file, looked at where it lies there.
struct GivenTensor {
  std::string source;  ///< the file, as it was named
  TensorView values;
  std::shared_ptr<const void> file;  ///< what the numbers lie in
};

/// Heads that are projected already: query [B, H, T, head_dim], key and value [B, H_kv, S, head_dim]. Without
/// values there are scores and weights, and no more.
struct GivenHeads {
  GivenTensor query, key;
  std::optional<GivenTensor> value;
};

/// What enters in place of text: one of both, or nothing.
struct Given {
  std::optional<GivenTensor> embeddings;  ///< [B, T, embed_dim]: what enters the first layer
  std::optional<GivenHeads> heads;        ///< attention alone, without a model

  Feed feed() const;
};

/// What is given and the file it is from: "query", "q.npy"; the name of the file is printable.
std::vector<std::pair<std::string_view, std::string>> sources_of(const Given& given);

/// Sizes of attention over such heads; nothing is projected, so embed_dim is 0. Throws Error(data), naming
/// both files, for heads whose sizes do not go together.
AttentionShape shape_of(const GivenHeads& heads);

/// Of [B, T, features] or [B, H, T, features] the numbers of a sequence as rows [T, H * features], heads side
/// by side. Number is float (float64 is rounded to nearest) or double (exact).
template <class Number>
std::vector<Number> token_rows(const GivenTensor& given, std::size_t sequence);

}  // namespace mha
