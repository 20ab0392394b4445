// From the numbers of one sequence to the tensors of the batch.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "kernel/blocks.h"
#include "kernel/reference.h"
#include "model/arithmetic.h"
#include "model/forward.h"

namespace mha {

/// Places one sequence's numbers of one layer in the batch's tensors, where those are wanted.
/// T is float for blocks of the fast path, double for matrices of the reference.
template <class T>
class SequenceWriter {
 public:
  SequenceWriter(Trace& trace, std::size_t sequence, std::optional<std::size_t> layer)
      : trace_(trace), sequence_(sequence), layer_(layer) {}

  /// [tokens, features] into [B, tokens, features].
  template <class Source>
  void tokens(std::string_view name, const Source& source) {
    using kernel::to_rows, reference::to_rows;
    Tensor* tensor = find(name);
    if (tensor == nullptr) return;
    const std::size_t features = tensor->shape[2];
    to_rows(source, 0, features, part(*tensor).data(), features);
  }

  /// Of [tokens, all heads * head_dim] those of `heads` into [B, heads, tokens, head_dim].
  template <class Source>
  void heads(std::string_view name, const Source& source, const std::vector<std::size_t>& heads) {
    using kernel::to_rows, reference::to_rows;
    Tensor* tensor = find(name);
    if (tensor == nullptr) return;
    const std::size_t dim = tensor->shape[3], step = tensor->shape[2] * dim;
    for (std::size_t i = 0; i < heads.size(); ++i) {
      to_rows(source, heads[i] * dim, dim, part(*tensor).data() + i * step, dim);
    }
  }

  /// Where [heads, T, S] go in [B, heads, T, S], if they are wanted.
  std::optional<ScoreTarget<T>> map(std::string_view name) {
    Tensor* tensor = find(name);
    if (tensor == nullptr) return std::nullopt;
    const Dimensions& d = trace_.dimensions;
    return ScoreTarget<T>{part(*tensor).data(), d.queries * d.keys, d.keys, d.heads};
  }

  /// The numbers of this sequence in a wanted tensor that are NaN or infinite; padding is neither.
  std::size_t non_finite(std::string_view name) {
    Tensor* tensor = find(name);
    if (tensor == nullptr) return 0;
    const std::span<const T> numbers = part(*tensor);
    return static_cast<std::size_t>(
        std::ranges::count_if(numbers, [](T number) { return !std::isfinite(number); }));
  }

  /// Padding keys of real rows are masked keys: their scores are -inf.
  void pad_scores(std::size_t queries, std::size_t keys) {
    const auto scores = map("scores");
    const Dimensions& d = trace_.dimensions;
    if (!scores || keys == d.keys) return;
    for (std::size_t i = 0; i < d.heads.size(); ++i) {
      for (std::size_t q = 0; q < queries; ++q) {
        T* row = scores->data + i * scores->head_stride + q * scores->row_stride;
        std::fill(row + keys, row + d.keys, -std::numeric_limits<T>::infinity());
      }
    }
  }

 private:
  Tensor* find(std::string_view name) {
    const auto found = trace_.tensors.find(tensor_key(name, layer_));
    return found == trace_.tensors.end() ? nullptr : &found->second;
  }

  /// The numbers of this sequence.
  std::span<T> part(Tensor& tensor) {
    const auto values = tensor.as<T>();
    const std::size_t size = values.size() / tensor.shape[0];
    return values.subspan(sequence_ * size, size);
  }

  Trace& trace_;
  std::size_t sequence_;
  std::optional<std::size_t> layer_;
};

}  // namespace mha
