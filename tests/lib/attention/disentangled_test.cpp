#include "attention/disentangled.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "attention/attention.h"
#include "attention/reference.h"
#include "support/attention.h"
#include "support/checksum.h"
#include "support/each_target.h"
#include "support/exact_numbers.h"
#include "support/numbers.h"

using namespace mha;
using kernel::Blocks;
using test::Fast;
using test::Layer;
using test::open_mask;
using test::Rows;
using test::rows_of;
using test::run_fast;
using test::span_of;

namespace {

/// Keys and queries of relative positions in both arithmetics.
class Positions {
 public:
  Positions(const LogBuckets& of, std::size_t features) : rule(of) {
    const std::vector<float> keys = test::exact_numbers(2 * rule.span() * features, 4),
                             queries = test::exact_numbers(2 * rule.span() * features, 5);
    key_ = test::blocks_of(keys, features), query_ = test::blocks_of(queries, features);
    const auto rows = static_cast<Eigen::Index>(2 * rule.span());
    exact_key_.resize(rows, static_cast<Eigen::Index>(features));
    exact_query_.resize(rows, static_cast<Eigen::Index>(features));
    std::copy(keys.begin(), keys.end(), exact_key_.data());
    std::copy(queries.begin(), queries.end(), exact_query_.data());
  }
  Positions(const Positions&) = delete;

  Disentangled<Blocks> fast(bool c2p = true, bool p2c = true) const {
    return {rule, c2p ? &key_ : nullptr, p2c ? &query_ : nullptr};
  }
  Disentangled<reference::Matrix> exact(bool c2p = true, bool p2c = true) const {
    return {rule, c2p ? &exact_key_ : nullptr, p2c ? &exact_query_ : nullptr};
  }

  LogBuckets rule;

 private:
  Blocks key_, query_;
  reference::Matrix exact_key_, exact_query_;
};

const LogBuckets rules[] = {{8, 20}, {0, 30}, {64, 200}};

}  // namespace

TEST_CASE(
    "a distance has its own position up to half the buckets, and shares it beyond, never out of range") {
  for (const LogBuckets& rule : rules) {
    const auto span = static_cast<std::ptrdiff_t>(rule.span());
    std::size_t before = 0;
    for (std::ptrdiff_t distance = -1000; distance <= 1000; ++distance) {
      const std::size_t position = rule.position(distance);
      CHECK(position >= before);
      CHECK(position < 2 * rule.span());
      if (std::abs(distance) <= span / 2) CHECK(position == static_cast<std::size_t>(distance + span));
      before = position;
    }
  }
}

TEST_CASE("attention with positions agrees with the reference over awkward sizes, on every instruction set") {
  for (const AttentionShape& shape : {AttentionShape{24, 3, 3, 8}, {40, 4, 2, 10}}) {
    const Layer layer(shape);
    for (const LogBuckets& rule : rules) {
      const Positions positions(rule, shape.query_features());
      for (const std::size_t tokens : {1, 7, 8, 9, 31, 33, 170}) {
        for (const std::size_t others : {tokens, std::size_t{40}}) {
          const Rows q(tokens, shape.embed_dim, 1), k(others, shape.embed_dim, 2);
          const Mask mask = open_mask(tokens, others);
          const bool c2p = tokens % 3 != 2, p2c = tokens % 3 != 1;
          const auto fast_positions = positions.fast(c2p, p2c);
          const auto exact_positions = positions.exact(c2p, p2c);
          const reference::Result exact =
              reference::attend(shape, layer.weights(), q.matrix(), k.matrix(), k.matrix(),
                                {.mask = mask, .disentangled = &exact_positions});
          test::each_target([&] {
            const Fast fast = run_fast(layer, q, k, {.mask = mask, .disentangled = &fast_positions});
            CAPTURE(tokens);
            CAPTURE(others);
            const std::size_t map = tokens * others;
            double worst = 0;
            for (std::size_t i = 0; i < shape.num_heads * map; ++i) {
              worst = std::max({worst, std::abs(fast.scores[i] - exact.scores[i / map].data()[i % map]),
                                std::abs(fast.weights[i] - exact.weights[i / map].data()[i % map])});
            }
            CHECK(worst < 1e-5);
            CHECK(test::relative_error(fast.x, span_of(exact.x)) < 1e-5);
          });
        }
      }
    }
  }
}

TEST_CASE("bits with positions do not depend on threads, batch, heads at a time or instruction set") {
  const AttentionShape shape{40, 4, 2, 10};
  const Layer layer(shape);
  const Positions positions({16, 50}, shape.query_features());
  const auto disentangled = positions.fast();
  const Rows long_rows(170, 40, 3), short_rows(5, 40, 4);
  Mask mask = open_mask(170, 170), short_mask = open_mask(5, 5);
  mask.window = 60;
  const AttentionOptions options{.mask = mask, .rules = {.softcap = 9}, .disentangled = &disentangled};
  const AttentionOptions short_options{.mask = short_mask, .disentangled = &disentangled};
  const Fast first = run_fast(layer, long_rows, long_rows, options);
  const Fast first_short = run_fast(layer, short_rows, short_rows, short_options);
  test::each_target([&] {
    if (!kernel::target_in_use().fma) return;
    for (const std::size_t threads : {1, 3}) {
      const Fast again = run_fast(layer, long_rows, long_rows, options, threads);
      CHECK(test::same_bits(again.scores, first.scores));
      CHECK(test::same_bits(again.weights, first.weights));
      CHECK(test::same_bits(run_fast(layer, long_rows, long_rows, options, threads, false).x, first.x));
      for (std::size_t at_once = 1; at_once <= 2; ++at_once) {
        const Blocks a = long_rows.blocks(), b = short_rows.blocks();
        const AttentionTask tasks[] = {{{b, b, b}, short_options}, {{a, a, a}, options}};
        const auto results = attend(shape, layer.weights(), tasks, {.kv_heads_at_once = at_once}, threads);
        CHECK(test::same_bits(rows_of(results[0].output), first_short.output));
        CHECK(test::same_bits(rows_of(results[1].output), first.output));
      }
    }
  });
}

TEST_CASE("without kinds that positions bring, scores are those of plain attention") {
  const Layer layer({24, 3, 3, 8});
  const Rows rows(40, 24, 3);
  const Mask mask = open_mask(40, 40);
  const Disentangled<Blocks> nothing{{8, 20}, nullptr, nullptr};
  const Fast a = run_fast(layer, rows, rows, {.mask = mask, .disentangled = &nothing});
  const Fast b = run_fast(layer, rows, rows, {.mask = mask});
  CHECK(test::relative_error(a.scores, b.scores) < 3e-7);
}

TEST_CASE("scores with positions have the bits of their checksum") {
  const std::size_t features = 22;
  const Positions positions({16, 50}, features);
  const auto disentangled = positions.fast();
  test::check_bits("attention, positions", [&](test::Checksum& checksum) {
    for (const std::size_t tokens : {1, 8, 9, 17, 33, 150}) {
      const Mask mask = open_mask(tokens, tokens);
      std::vector<float> scores(2 * tokens * tokens);
      std::vector<ProjectedTask> tasks;
      const auto numbers = [&](unsigned seed) {
        return test::blocks_of(test::exact_numbers(tokens * features, seed), features);
      };
      tasks.push_back({numbers(1),
                       numbers(2),
                       numbers(3),
                       {.mask = mask,
                        .disentangled = &disentangled,
                        .scores = ScoreTarget<float>{scores.data(), tokens * tokens, tokens}}});
      checksum.add(attend_projected({features, 2, 2, 11}, std::move(tasks), AttentionStage::heads, 2)[0].x);
      checksum.add(scores);
    }
  });
}
