#include "model/embed.h"

#include <algorithm>

#include "base/error.h"
#include "model/modules.h"

namespace mha {
namespace {

/// The sorted numbers that occur, each once.
class Occurring {
 public:
  void add(std::uint32_t id) { ids_.push_back(id); }
  std::vector<std::uint32_t> sorted() && {
    std::sort(ids_.begin(), ids_.end());
    ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
    return std::move(ids_);
  }

 private:
  std::vector<std::uint32_t> ids_;
};

template <class Visit>
void each_sequence(const Inputs& inputs, Visit visit) {
  for (const auto* sequences : {&inputs.sequences, &inputs.contexts}) {
    for (std::size_t i = 0; i < sequences->size(); ++i) visit((*sequences)[i], i);
  }
}

/// The rows of a table; nothing if the family has none.
std::optional<RowTable> fetch(const Model& model, Role role, Occurring occurring) {
  const auto table = module_of(model.config, model.wiring, role);
  if (!table) return std::nullopt;
  std::vector<std::uint32_t> ids = std::move(occurring).sorted();
  Tensor values = model.weights->get_rows(table->weight.name, table->weight.shape, ids);
  return RowTable(std::move(ids), std::move(values));
}

PositionIds positions_of(const Model& model) {
  return {model.wiring.positions, static_cast<std::uint32_t>(model.config.pad_token_id),
          static_cast<std::uint32_t>(model.wiring.position_offset)};
}

}  // namespace

template <class Number>
void RowTable::add(std::uint32_t id, Number* sum) const {
  const auto place = static_cast<std::size_t>(std::lower_bound(ids_.begin(), ids_.end(), id) - ids_.begin());
  std::visit(
      [&](const auto& values) {
        const auto* row = values.data() + place * features();
        for (std::size_t f = 0; f < features(); ++f) sum[f] += static_cast<Number>(row[f]);
      },
      rows_.values);
}

template <class Number>
std::vector<Number> Embeddings::sum(const Sequence& sequence) const {
  const std::size_t features = word.features();
  std::vector<Number> rows(sequence.tokens.size() * features);
  const std::vector<std::uint32_t> places =
      position && !positions_last ? positions.of(sequence) : std::vector<std::uint32_t>();
  for (std::size_t t = 0; t < sequence.tokens.size(); ++t) {
    Number* row = rows.data() + t * features;
    word.add(sequence.tokens[t].id, row);
    for (std::size_t f = 0; scale && f < features; ++f) row[f] *= static_cast<Number>(*scale);
    if (token_type) token_type->add(sequence.type_ids.empty() ? 0 : sequence.type_ids[t], row);
    if (!places.empty()) position->add(places[t], row);
  }
  return rows;
}

template <class Number>
std::optional<std::vector<Number>> Embeddings::last_positions(const Sequence& sequence) const {
  if (!position || !positions_last) return std::nullopt;
  const std::vector<std::uint32_t> places = positions.of(sequence);
  std::vector<Number> rows(places.size() * position->features());
  for (std::size_t t = 0; t < places.size(); ++t) position->add(places[t], &rows[t * position->features()]);
  return rows;
}

void RowTable::drop_rows() {
  ids_ = {};
  rows_.values = {};
}

void Embeddings::drop_rows() {
  word.drop_rows();
  for (auto* table : {&token_type, &position}) {
    if (*table) (*table)->drop_rows();
  }
}

template std::vector<float> Embeddings::sum(const Sequence&) const;
template std::vector<double> Embeddings::sum(const Sequence&) const;
template std::optional<std::vector<float>> Embeddings::last_positions(const Sequence&) const;
template std::optional<std::vector<double>> Embeddings::last_positions(const Sequence&) const;

std::vector<std::uint32_t> PositionIds::of(const Sequence& sequence) const {
  std::vector<std::uint32_t> ids;
  std::uint32_t count = 0;
  for (const Token& token : sequence.tokens) {
    if (rule == PositionRule::index) {
      ids.push_back(offset + count++);
    } else {
      ids.push_back(token.id == padding ? padding : padding + ++count);
    }
  }
  return ids;
}

std::optional<std::size_t> max_positions(const Config& config, const Wiring& wiring) {
  if (wiring.embeddings.position.empty()) return std::nullopt;
  const std::size_t rows = config.max_position_embeddings;
  return wiring.positions == PositionRule::index ? rows : rows - 1 - config.pad_token_id;
}

std::optional<std::size_t> max_positions(const Model& model) {
  return max_positions(model.config, model.wiring);
}

void check_positions(const Model& model, const Inputs& inputs) {
  const auto most = max_positions(model);
  each_sequence(inputs, [&](const Sequence& sequence, std::size_t index) {
    const auto rows = positions_of(model).of(sequence);
    const std::size_t held = model.config.max_position_embeddings + model.wiring.position_offset;
    if (most && *std::max_element(rows.begin(), rows.end()) >= held) {
      fail(Status::data, "{}: {} tokens, but the model has positions for {}; split the text, or --truncate",
           place_of(sequence, index), sequence.tokens.size(), *most);
    }
    for (const std::uint32_t type : sequence.type_ids) {
      if (type < std::max<std::size_t>(model.config.type_vocab_size, 1)) continue;
      fail(Status::data, "{}: token type {}, but the model has {}", place_of(sequence, index), type,
           model.config.type_vocab_size == 0 ? "none" : fmt::format("{}", model.config.type_vocab_size));
    }
  });
}

Embeddings embed(const Model& model, const Inputs& inputs) {
  if (inputs.given.feed() != Feed::tokens) {
    return {.word = {}, .token_type = {}, .position = {}, .positions = {}};
  }
  Occurring words, types, positions;
  each_sequence(inputs, [&](const Sequence& sequence, std::size_t) {
    for (const Token& token : sequence.tokens) words.add(token.id);
    if (sequence.type_ids.empty()) types.add(0);
    for (const std::uint32_t type : sequence.type_ids) types.add(type);
    if (model.wiring.embeddings.position.empty()) return;
    for (const std::uint32_t p : positions_of(model).of(sequence)) positions.add(p);
  });
  return {.word = fetch(model, Role::word, std::move(words)).value(),
          .token_type = fetch(model, Role::token_type, std::move(types)),
          .position = fetch(model, Role::position, std::move(positions)),
          .positions = positions_of(model),
          .scale = model.config.embedding_scale,
          .positions_last = model.wiring.positions_last};
}

}  // namespace mha
