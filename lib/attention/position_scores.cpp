#include "attention/position_scores.h"

#include <algorithm>

#include "base/parallel.h"
#include "kernel/product.h"

namespace mha {
namespace {

using kernel::Blocks;

/// A head's products of tokens with positions over the divisor, tokens in the lanes: [tokens, positions of
/// the range], block by block.
struct PositionProduct {
  const kernel::Blocks& tokens;  ///< queries or keys
  std::size_t token_row;         ///< first feature of the head there
  const kernel::Blocks& positions;
  std::size_t position_row;
  KeyRange range;
  std::size_t head_dim;
  float divisor;
};

/// Writes those of a block of tokens, [positions of the range][width].
void write_position_scores(const PositionProduct& product, std::size_t block, float* out) {
  const auto tokens = product.tokens[block];
  const std::size_t rows = product.range.end - product.range.begin;
  for (std::size_t p = product.range.begin; p < product.range.end;) {
    const auto positions = product.positions[p / kernel::max_width];
    const std::size_t lane = p - positions.first_token;
    const std::size_t count = std::min(positions.tokens - lane, product.range.end - p);
    kernel::product({.in = tokens.feature(product.token_row),
                     .width = tokens.width,
                     .depth = product.head_dim,
                     .matrix = positions.feature(product.position_row) + lane,
                     .row_stride = 1,
                     .depth_stride = positions.width,
                     .rows = count,
                     .out = out + (p - product.range.begin) * tokens.width});
    p += count;
  }
  for (std::size_t i = 0; i < rows * tokens.width; ++i) out[i] = out[i] / product.divisor;
}

/// The tables of some heads of all sequences: room is made first, then threads share out the work.
class TableMaker {
 public:
  TableMaker(const Job& job, const KvHeads& heads) : job_(job), heads_(heads) {}

  /// Room for the tables of one sequence, which run() fills wherever it has been moved to.
  SequencePositions add(const AttentionResult& result, const Disentangled<Blocks>& disentangled) {
    const std::size_t dim = job_.shape.head_dim, each = job_.shape.heads_per_kv();
    SequencePositions positions{{disentangled.rule, result.query.tokens(), result.key.tokens()}, {}};
    positions.heads.resize(heads_.count * each);
    const float divisor = disentangled_divisor(dim, disentangled.kinds());
    for (std::size_t head = 0; head < positions.heads.size(); ++head) {
      PositionTables& tables = positions.heads[head];
      const std::size_t row = (heads_.first * each + head) * dim;
      const auto product = [&](const Blocks& tokens, std::size_t token_row, const Blocks& of) {
        return PositionProduct{tokens, token_row, of, row, positions.relative.range(), dim, divisor};
      };
      if (disentangled.position_key != nullptr) {
        add(product(result.query, head * dim, *disentangled.position_key), tables.query);
      }
      if (disentangled.position_query != nullptr) {
        add(product(result.key, head / each * dim, *disentangled.position_query), tables.key);
      }
    }
    return positions;
  }

  void run() const {
    parallel_for(tasks_.size(), job_.threads, [&](std::size_t i) {
      Blocks& table = *tasks_[i].table;
      for (std::size_t b = 0; b < table.count(); ++b)
        write_position_scores(tasks_[i].product, b, table[b].data);
    });
  }

 private:
  struct Task {
    PositionProduct product;
    Blocks* table;
  };

  void add(const PositionProduct& product, Blocks& table) {
    table = Blocks(product.range.end - product.range.begin, product.tokens.tokens());
    tasks_.push_back({product, &table});
  }

  const Job& job_;
  const KvHeads& heads_;
  std::vector<Task> tasks_;
};

/// Adds addend(position, lane) to the scores of a key.
template <class Addend>
void add_to(const PositionedScores& task, std::size_t key, float* scores, Addend addend) {
  const std::size_t* positions = task.relative.at(task.queries.first_token, key);
  for (std::size_t t = 0; t < task.queries.width; ++t) {
    scores[t] = scores[t] * task.scale + addend(positions[t], t);
  }
}

}  // namespace

RelativePositions::RelativePositions(const LogBuckets& rule, std::size_t queries, std::size_t keys)
    : keys_(keys) {
  const std::size_t count = queries + keys - 1;
  for (std::size_t i = 0; i < count; ++i) {
    positions_.push_back(
        rule.position(static_cast<std::ptrdiff_t>(i) - static_cast<std::ptrdiff_t>(keys - 1)));
  }
  range_ = {positions_.front(), positions_.back() + 1};
  for (std::size_t& position : positions_) position -= range_.begin;
  positions_.resize(count + kernel::max_width);
}

std::vector<std::optional<SequencePositions>> position_tables(const Job& job, const KvHeads& heads,
                                                              const std::vector<AttentionResult>& results) {
  std::vector<std::optional<SequencePositions>> positions(results.size());
  TableMaker maker(job, heads);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Disentangled<Blocks>* disentangled = job.options[i]->disentangled;
    if (disentangled != nullptr) positions[i] = maker.add(results[i], *disentangled);
  }
  maker.run();
  return positions;
}

void add_position_scores(const PositionedScores& task) {
  const std::size_t width = task.queries.width, block = task.queries.first_token / kernel::max_width;
  const bool with_query = task.tables.query.tokens() > 0, with_key = task.tables.key.tokens() > 0;
  const float* query = with_query ? task.tables.query[block].data : nullptr;
  float* scores = task.scores;
  for (std::size_t k = task.keys.begin; k < task.keys.end; ++k, scores += width) {
    const auto keys = with_key ? task.tables.key[k / kernel::max_width] : kernel::BlockView<const float>{};
    const float* key = with_key ? keys.data + (k - keys.first_token) : nullptr;
    if (with_query && with_key) {
      add_to(task, k, scores,
             [&](std::size_t p, std::size_t t) { return query[p * width + t] + key[p * keys.width]; });
    } else if (with_query) {
      add_to(task, k, scores, [&](std::size_t p, std::size_t t) { return query[p * width + t]; });
    } else if (with_key) {
      add_to(task, k, scores, [&](std::size_t p, std::size_t) { return key[p * keys.width]; });
    } else {
      add_to(task, k, scores, [](std::size_t, std::size_t) { return 0.0F; });
    }
  }
}

}  // namespace mha
