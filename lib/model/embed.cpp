#include "model/embed.h"

#include <algorithm>

namespace mha {

std::vector<const float*> Embeddings::rows_of(const Sequence& sequence) const {
  const auto values = rows_.as<float>();
  std::vector<const float*> rows;
  rows.reserve(sequence.tokens.size());
  for (const Token& token : sequence.tokens) {
    const auto place = std::lower_bound(ids_.begin(), ids_.end(), token.id) - ids_.begin();
    rows.push_back(values.data() + static_cast<std::size_t>(place) * embed_dim());
  }
  return rows;
}

Embeddings embed(const Model& model, const Inputs& inputs) {
  std::vector<std::uint32_t> ids;
  for (const auto* sequences : {&inputs.sequences, &inputs.contexts}) {
    for (const Sequence& sequence : *sequences) {
      for (const Token& token : sequence.tokens) ids.push_back(token.id);
    }
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  Tensor rows =
      model.weights->get_rows(embedding_name, {model.config.vocab_size, model.config.hidden_size}, ids);
  return {std::move(ids), std::move(rows)};
}

}  // namespace mha
