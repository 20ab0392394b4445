// From the numbers of one sequence to the tensors of the batch.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string_view>

#include "attention/reference.h"
#include "kernel/blocks.h"
#include "model/forward.h"

namespace mha {

/// Places one sequence's numbers in the batch's tensors, where those are wanted.
/// T is float for blocks of the fast path, double for matrices of the reference.
template <class T>
class SequenceWriter {
 public:
  SequenceWriter(Trace& trace, std::size_t sequence) : trace_(trace), sequence_(sequence) {}

  /// [tokens, features] into [B, tokens, features].
  template <class Source>
  void tokens(std::string_view name, const Source& source) {
    using kernel::to_rows, reference::to_rows;
    Tensor* tensor = find(name);
    if (tensor == nullptr) return;
    const std::size_t features = tensor->shape[2];
    to_rows(source, 0, features, at(*tensor), features);
  }

  /// [tokens, heads * head_dim] into [B, heads, tokens, head_dim].
  template <class Source>
  void heads(std::string_view name, const Source& source) {
    using kernel::to_rows, reference::to_rows;
    Tensor* tensor = find(name);
    if (tensor == nullptr) return;
    const std::size_t dim = tensor->shape[3], step = tensor->shape[2] * dim;
    for (std::size_t head = 0; head < tensor->shape[1]; ++head) {
      to_rows(source, head * dim, dim, at(*tensor) + head * step, dim);
    }
  }

  /// Where [heads, T, S] go in [B, heads, T, S], or null.
  T* map(std::string_view name) {
    Tensor* tensor = find(name);
    return tensor == nullptr ? nullptr : at(*tensor);
  }

  /// Padding keys of real rows are masked keys: their scores are -inf.
  void pad_scores(std::size_t queries, std::size_t keys) {
    T* scores = map("scores");
    const Dimensions& d = trace_.dimensions;
    if (scores == nullptr || keys == d.keys) return;
    for (std::size_t head = 0; head < d.config.num_attention_heads; ++head) {
      for (std::size_t q = 0; q < queries; ++q) {
        T* row = scores + (head * d.queries + q) * d.keys;
        std::fill(row + keys, row + d.keys, -std::numeric_limits<T>::infinity());
      }
    }
  }

 private:
  Tensor* find(std::string_view name) {
    const auto found = trace_.tensors.find(name);
    return found == trace_.tensors.end() ? nullptr : &found->second;
  }

  /// The first number of this sequence.
  T* at(Tensor& tensor) {
    const auto values = tensor.as<T>();
    return values.data() + sequence_ * (values.size() / tensor.shape[0]);
  }

  Trace& trace_;
  std::size_t sequence_;
};

}  // namespace mha
