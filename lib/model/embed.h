// Token embeddings: the rows that the inputs use, and no others.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/tensor.h"
#include "model/inputs.h"
#include "model/model.h"

namespace mha {

/// Some rows of a table, found by their numbers.
class RowTable {
 public:
  RowTable() = default;

  /// `ids` ascends; rows [ids.size(), features].
  RowTable(std::vector<std::uint32_t> ids, Tensor rows) : ids_(std::move(ids)), rows_(std::move(rows)) {}

  std::size_t features() const { return rows_.shape[1]; }

  /// Adds row `id` to `sum` [features].
  template <class Number>
  void add(std::uint32_t id, Number* sum) const;

  /// Frees the rows: none can be added after it.
  void drop_rows();

 private:
  std::vector<std::uint32_t> ids_;
  Tensor rows_;
};

/// Which row of the table of positions each token adds.
struct PositionIds {
  PositionRule rule = PositionRule::index;
  std::uint32_t padding = 0, offset = 0;  ///< as Wiring has them

  std::vector<std::uint32_t> of(const Sequence& sequence) const;
};

/// The rows that the inputs use, of every table that the model has.
struct Embeddings {
  RowTable word;
  std::optional<RowTable> token_type, position;
  PositionIds positions;
  std::optional<double> scale = std::nullopt;  ///< of word embeddings
  bool positions_last = false;                 ///< sum() is without them

  /// (word * scale + token type) + position for each token of a sequence, [tokens, embedding_size] row-major,
  /// in the order of Transformers. Number is float or double.
  template <class Number>
  std::vector<Number> sum(const Sequence& sequence) const;

  /// What is added behind the projection for each token, [tokens, hidden_size]; nothing where positions are
  /// in the sum, or the model has none.
  template <class Number>
  std::optional<std::vector<Number>> last_positions(const Sequence& sequence) const;

  /// Frees all rows: nothing can be summed after it.
  void drop_rows();
};

/// Most tokens that a model has positions for; nothing if it has none.
std::optional<std::size_t> max_positions(const Config& config, const Wiring& wiring);
std::optional<std::size_t> max_positions(const Model& model);

/// Throws Error(data) for a sequence longer than the model's positions, and for a token type that it does not
/// have.
void check_positions(const Model& model, const Inputs& inputs);

/// Fetches every row that occurs in the inputs, once; none where numbers are given in place of tokens.
Embeddings embed(const Model& model, const Inputs& inputs);

}  // namespace mha
