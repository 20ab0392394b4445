#include "attention/attention.h"

#include <doctest/doctest.h>

#include <random>

#include "attention/reference.h"
#include "support/attention.h"
#include "support/blocks.h"
#include "support/each_target.h"
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

TEST_CASE("the fast path agrees with the float64 reference over awkward sizes, on every instruction set") {
  const AttentionShape shapes[] = {
      {24, 3, 3, 8}, {16, 2, 1, 5}, {40, 4, 2, 16}, {12, 12, 12, 1}, {96, 1, 1, 96}};
  test::each_target([&] {
    for (const AttentionShape& shape : shapes) {
      const Layer layer(shape);
      for (const std::size_t tokens : {1, 2, 5, 8, 9, 16, 17, 31, 32, 33, 64, 65, 129}) {
        for (const std::size_t others : {tokens, std::size_t{3}, std::size_t{70}}) {
          CAPTURE(shape.embed_dim);
          CAPTURE(tokens);
          CAPTURE(others);
          const Rows q(tokens, shape.embed_dim, 1), k(others, shape.embed_dim, 2);
          const Mask mask = open_mask(tokens, others);
          const Fast fast = run_fast(layer, q, k, mask);
          const reference::Result exact = reference::attend(layer.shape(), layer.weights(), q.matrix(),
                                                            k.matrix(), k.matrix(), {.mask = mask});
          // Sums of a hundred products in float32 lose a few units of 6e-8 against their largest terms; a
          // score of 30 is off by as much as 4e-6, and so is its weight.
          constexpr double tolerance = 1.5e-6, weight_tolerance = 5e-6;
          CHECK(test::relative_error(fast.query, span_of(exact.query)) < tolerance);
          CHECK(test::relative_error(fast.key, span_of(exact.key)) < tolerance);
          CHECK(test::relative_error(fast.value, span_of(exact.value)) < tolerance);
          CHECK(test::relative_error(fast.x, span_of(exact.x)) < weight_tolerance);
          CHECK(test::relative_error(fast.output, span_of(exact.output)) < weight_tolerance);
          for (std::size_t h = 0; h < shape.num_heads; ++h) {
            const std::size_t map = tokens * others;
            CHECK(test::relative_error(std::span(fast.scores).subspan(h * map, map),
                                       span_of(exact.scores[h])) < tolerance);
            CHECK(test::relative_error(std::span(fast.weights).subspan(h * map, map),
                                       span_of(exact.weights[h])) < weight_tolerance);
          }
        }
      }
    }
  });
}

TEST_CASE("every mask agrees with the reference, for each way of rows that see nothing") {
  const Layer layer({24, 3, 3, 8});
  const std::size_t T = 290, S = 301;  // several stretches of keys
  const Rows q(T, 24, 1), k(S, 24, 2);
  std::vector<std::uint8_t> general(3 * T * S);
  std::mt19937 engine(5);
  for (auto& value : general) value = engine() % 4 != 0 ? 1 : 0;
  std::fill_n(general.begin() + 7 * static_cast<long>(S), S, 0);  // query 7 of head 0 sees nothing

  std::vector<Mask> masks(7, open_mask(T, S));
  masks[0].causal = true;
  masks[1].window = 3;
  masks[2].causal = true, masks[2].window = 5;
  masks[3].key.assign(S, 1), masks[3].key[0] = masks[3].key[96] = masks[3].key[40] = 0;
  masks[4].query.assign(T, 1), masks[4].query[0] = masks[4].query[69] = 0;
  masks[5].general = general, masks[5].row_stride = S, masks[5].head_stride = T * S;
  masks[6] = masks[5], masks[6].causal = true, masks[6].window = 2, masks[6].key = masks[3].key;

  for (std::size_t i = 0; i < masks.size(); ++i) {
    for (const MaskedRows rows : {MaskedRows::zero, MaskedRows::nan, MaskedRows::uniform}) {
      CAPTURE(i);
      CAPTURE(static_cast<int>(rows));
      const Fast fast = run_fast(layer, q, k, masks[i], rows);
      const reference::Result exact =
          reference::attend(layer.shape(), layer.weights(), q.matrix(), k.matrix(), k.matrix(),
                            {.mask = masks[i], .masked_rows = rows});
      std::size_t wrong = 0;
      const auto compare = [&](float got, double want) {
        const bool same = std::isnan(want)   ? std::isnan(got)
                          : std::isinf(want) ? got == want
                                             : std::abs(got - want) < 1e-5;
        // What is masked weighs exactly nothing.
        wrong += same && (want != 0 || got == 0) ? 0 : 1;
      };
      for (std::size_t h = 0; h < 3; ++h) {
        for (std::size_t j = 0; j < T * S; ++j) {
          compare(fast.scores[h * T * S + j], exact.scores[h].data()[j]);
          compare(fast.weights[h * T * S + j], exact.weights[h].data()[j]);
        }
      }
      for (std::size_t j = 0; j < fast.x.size(); ++j) compare(fast.x[j], exact.x.data()[j]);
      CHECK(wrong == 0);
    }
  }
}

TEST_CASE("bits do not depend on threads, on the instruction set, or on whether maps are wanted") {
  const Layer layer({48, 4, 2, 12});
  const Rows rows(301, 48, 3);
  Mask mask = open_mask(301, 301);
  mask.causal = true;
  const Fast first = run_fast(layer, rows, rows, mask);
  test::each_target([&] {
    if (!kernel::target_in_use().fma) return;
    for (const std::size_t threads : {1, 2, 3, 7}) {
      for (const bool maps : {true, false}) {
        const Fast other = run_fast(layer, rows, rows, mask, MaskedRows::zero, threads, maps);
        CHECK(test::same_bits(other.x, first.x));
        CHECK(test::same_bits(other.output, first.output));
        if (maps) CHECK(test::same_bits(other.weights, first.weights));
        if (maps) CHECK(test::same_bits(other.scores, first.scores));
      }
    }
  });
}

TEST_CASE("bits do not depend on how many heads are held at a time, and what is not kept is dropped") {
  const AttentionShape shapes[] = {{48, 6, 6, 8}, {48, 6, 3, 8}, {40, 4, 1, 10}};
  for (const AttentionShape& shape : shapes) {
    const Layer layer(shape);
    const Rows some(101, shape.embed_dim, 3), others(37, shape.embed_dim, 4);
    const Blocks inputs[] = {some.blocks(), others.blocks()};
    Mask masks[] = {open_mask(101, 37), open_mask(37, 37)};
    masks[0].window = 9, masks[1].causal = true;
    const auto run = [&](std::optional<std::size_t> at_once, std::vector<float>& weights) {
      weights.assign(shape.num_heads * 101 * 37, 0);
      const AttentionTask tasks[] = {
          {{inputs[0], inputs[1], inputs[1]},
           {.mask = masks[0], .weights = ScoreTarget<float>{weights.data(), std::size_t{101} * 37, 37}}},
          {{inputs[1], inputs[1], inputs[1]}, {.mask = masks[1]}}};
      return attend(shape, layer.weights(), tasks, {.kv_heads_at_once = at_once}, 2);
    };
    std::vector<float> all_weights, weights;
    const auto all = run(std::nullopt, all_weights);
    for (std::size_t at_once = 1; at_once <= shape.num_kv_heads; ++at_once) {
      CAPTURE(at_once);
      const auto parts = run(at_once, weights);
      CHECK(test::same_bits(weights, all_weights));
      for (std::size_t i = 0; i < 2; ++i) {
        CHECK(test::same_bits(rows_of(parts[i].x), rows_of(all[i].x)));
        CHECK(test::same_bits(rows_of(parts[i].output), rows_of(all[i].output)));
        CHECK(all[i].query.features() == shape.query_features());
        CHECK(all[i].value.features() == shape.key_features());
        for (const Blocks* gone : {&parts[i].query, &parts[i].key, &parts[i].value})
          CHECK(gone->tokens() == 0);
      }
    }
  }
}

TEST_CASE("with a causal mask a later token leaves the rows before it bit-equal") {
  const Layer layer({24, 3, 3, 8});
  Rows rows(80, 24, 3);
  Mask mask = open_mask(80, 80);
  mask.causal = true;
  const Fast before = run_fast(layer, rows, rows, mask);
  for (std::size_t f = 0; f < 24; ++f) rows.values[50 * 24 + f] += 100;
  const Fast after = run_fast(layer, rows, rows, mask);
  CHECK(test::same_bits(std::span(before.output).first(50 * 24), std::span(after.output).first(50 * 24)));
  CHECK_FALSE(test::same_bits(before.output, after.output));
}

TEST_CASE("a masked key counts as one that is not there") {
  const Layer layer({24, 3, 3, 8});
  const Rows queries(20, 24, 1), keys(40, 24, 2);
  Rows fewer = keys;
  fewer.tokens = 33;
  Mask mask = open_mask(20, 40);
  mask.key.assign(40, 1);
  std::fill(mask.key.begin() + 33, mask.key.end(), 0);
  const Fast masked = run_fast(layer, queries, keys, mask);
  const Fast cut = run_fast(layer, queries, fewer, open_mask(20, 33));
  CHECK(test::same_bits(masked.output, cut.output));
}

TEST_CASE("equal keys share the weight, and rows of weights sum to one") {
  const Layer layer({24, 3, 3, 8});
  const Rows queries(5, 24, 1);
  Rows keys(64, 24, 2);
  for (std::size_t t = 1; t < 64; ++t) std::copy_n(keys.values.data(), 24, keys.values.data() + t * 24);
  const Fast fast = run_fast(layer, queries, keys, open_mask(5, 64));
  for (const float weight : fast.weights) CHECK(weight == 1.0F / 64);
  const Fast random = run_fast(layer, queries, Rows(77, 24, 9), open_mask(5, 77));
  for (std::size_t row = 0; row < 15; ++row) {
    double sum = 0;
    for (std::size_t k = 0; k < 77; ++k) sum += random.weights[row * 77 + k];
    CHECK(sum == doctest::Approx(1).epsilon(1e-6));
  }
}

TEST_CASE("permuting heads permutes their maps, bit for bit") {
  const AttentionShape shape{24, 3, 3, 8};
  const Layer layer(shape);
  const Rows rows(9, 24, 3);
  const Mask mask = open_mask(9, 9);
  const Fast before = run_fast(layer, rows, rows, mask);
  // Heads 0 and 2 change places in the rows of query, key and value.
  std::vector<float> numbers[3][2];
  AttentionWeights swapped = layer.weights();
  Linear* linears[] = {&swapped.query, &swapped.key, &swapped.value};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto weight = linears[i]->weight.floats(), bias = linears[i]->bias->floats();
    numbers[i][0].assign(weight.begin(), weight.end());
    numbers[i][1].assign(bias.begin(), bias.end());
    std::swap_ranges(numbers[i][0].begin(), numbers[i][0].begin() + 8 * 24, numbers[i][0].begin() + 16 * 24);
    std::swap_ranges(numbers[i][1].begin(), numbers[i][1].begin() + 8, numbers[i][1].begin() + 16);
    linears[i]->weight = {linears[i]->weight.shape, numbers[i][0]};
    linears[i]->bias = TensorView(linears[i]->bias->shape, numbers[i][1]);
  }
  std::vector<float> weights(3 * 81);
  const Blocks blocks = rows.blocks();
  const AttentionTask tasks[] = {
      {{blocks, blocks, blocks}, {.mask = mask, .weights = ScoreTarget<float>{weights.data(), 81, 9}}}};
  attend(shape, swapped, tasks, {}, 1);
  CHECK(test::same_bits(std::span(weights).first(81), std::span(before.weights).subspan(162, 81)));
  CHECK(test::same_bits(std::span(weights).subspan(81, 81), std::span(before.weights).subspan(81, 81)));
  CHECK(test::same_bits(std::span(weights).subspan(162, 81), std::span(before.weights).first(81)));
}

TEST_CASE("heads that are projected already give the bits of the layer that projected them") {
  const Layer layer({48, 4, 2, 12});
  const Rows q(101, 48, 3), k(70, 48, 4);
  Mask mask = open_mask(101, 70);
  mask.window = 40;
  test::each_target([&] {
    const Fast whole = run_fast(layer, q, k, mask);
    for (const AttentionStage stage : {AttentionStage::weights, AttentionStage::heads}) {
      const bool heads = stage == AttentionStage::heads;
      std::vector<float> weights(std::size_t{4} * 101 * 70);
      std::vector<ProjectedTask> tasks;
      tasks.push_back(
          {test::blocks_of(whole.query, 48),
           test::blocks_of(whole.key, 24),
           heads ? test::blocks_of(whole.value, 24) : Blocks(),
           {.mask = mask, .weights = ScoreTarget<float>{weights.data(), std::size_t{101} * 70, 70}}});
      const auto results = attend_projected({0, 4, 2, 12}, std::move(tasks), stage, 3);
      CHECK(test::same_bits(weights, whole.weights));
      CHECK(test::same_bits(rows_of(results[0].key), whole.key));
      CHECK((heads ? test::same_bits(rows_of(results[0].x), whole.x) : results[0].x.tokens() == 0));
    }
  });
}
