// What attention does besides: own scale, softcap, norms of query and key, rotation.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "attention/attention.h"
#include "attention/reference.h"
#include "support/attention.h"
#include "support/each_target.h"
#include "support/numbers.h"

using namespace mha;
using test::Fast;
using test::Layer;
using test::open_mask;
using test::Rows;
using test::rows_of;
using test::run_fast;
using test::span_of;

namespace {

/// Norms of query and key with weights unlike 1.
class Norms {
 public:
  Norms(const AttentionShape& shape, bool per_head, NormKind kind, bool adds_one = false)
      : query_(test::normals(per_head ? shape.head_dim : shape.query_features(), 31)),
        key_(test::normals(per_head ? shape.head_dim : shape.key_features(), 32)),
        norms_{{{{query_.size()}, query_}, std::nullopt, 1e-6, kind, adds_one},
               {{{key_.size()}, key_}, std::nullopt, 1e-6, kind, adds_one},
               per_head} {}
  Norms(const Norms&) = delete;
  const HeadNorms& get() const { return norms_; }

 private:
  std::vector<float> query_, key_;
  HeadNorms norms_;
};

/// The largest errors of a result, relative to the largest number of each of its tensors.
struct Errors {
  double projections = 0, scores = 0, weights = 0, x = 0;
};

Errors errors_of(const Fast& fast, const reference::Result& exact) {
  Errors errors;
  errors.projections = std::max(test::relative_error(fast.query, span_of(exact.query)),
                                test::relative_error(fast.key, span_of(exact.key)));
  const std::size_t map = fast.scores.size() / exact.scores.size();
  for (std::size_t h = 0; h < exact.scores.size(); ++h) {
    const auto scores = std::span(fast.scores).subspan(h * map, map);
    const auto weights = std::span(fast.weights).subspan(h * map, map);
    // One score alone may be what is left of large terms.
    const double largest = std::max(1.0, exact.scores[h].cwiseAbs().maxCoeff());
    for (std::size_t i = 0; i < map; ++i) {
      errors.scores = std::max(errors.scores, std::abs(scores[i] - exact.scores[h].data()[i]) / largest);
    }
    errors.weights = std::max(errors.weights, test::relative_error(weights, span_of(exact.weights[h])));
  }
  errors.x = test::relative_error(fast.x, span_of(exact.x));
  return errors;
}

/// A bias in both arithmetics.
struct Biases {
  const ScoreBias<float>& fast;
  const ScoreBias<double>& exact;
};

void check_twins(const Layer& layer, const AttentionRules& rules, std::size_t tokens,
                 std::optional<Biases> biases = std::nullopt) {
  const Rows rows(tokens, layer.shape().embed_dim, 1);
  const Mask mask = open_mask(tokens, tokens);
  const Fast fast =
      run_fast(layer, rows, rows, {.mask = mask, .rules = rules, .bias = biases ? &biases->fast : nullptr});
  const reference::Result exact =
      reference::attend(layer.shape(), layer.weights(), rows.matrix(), rows.matrix(), rows.matrix(),
                        {.mask = mask, .rules = rules, .bias = biases ? &biases->exact : nullptr});
  const Errors errors = errors_of(fast, exact);
  CAPTURE(tokens);
  CAPTURE(layer.shape().head_dim);
  // As in attention_test.cpp; a norm of few features makes much of what projections lose.
  CHECK(errors.projections < 4e-6);
  CHECK(errors.scores < 1e-5);
  CHECK(errors.weights < 3e-5);
  CHECK(errors.x < 3e-5);
}

const AttentionShape shapes[] = {
    {24, 3, 3, 8}, {40, 4, 2, 10}, {16, 2, 1, 6}, {96, 1, 1, 96}, {34, 3, 1, 34}};
constexpr std::size_t token_counts[] = {1, 7, 8, 9, 31, 33, 100};

bool same_bits(const Fast& a, const Fast& b) {
  return test::same_bits(a.query, b.query) && test::same_bits(a.key, b.key) &&
         test::same_bits(a.scores, b.scores) && test::same_bits(a.weights, b.weights) &&
         test::same_bits(a.x, b.x) && test::same_bits(a.output, b.output);
}

}  // namespace

TEST_CASE("scale and softcap agree with the reference over awkward sizes, on every instruction set") {
  test::each_target([&] {
    for (const AttentionShape& shape : shapes) {
      const Layer layer(shape);
      for (const std::size_t tokens : token_counts) {
        check_twins(layer, {.scale = 1.0}, tokens);
        check_twins(layer, {.scale = -0.3}, tokens);
        check_twins(layer, {.scale = 0.0}, tokens);
        check_twins(layer, {.softcap = 2.5}, tokens);
        check_twins(layer, {.scale = 0.7, .softcap = 50.0}, tokens);
      }
    }
  });
}

TEST_CASE("norms of query and key agree with the reference, per head and over all heads") {
  test::each_target([&] {
    for (const AttentionShape& shape : shapes) {
      for (const bool per_head : {false, true}) {
        for (const NormKind kind : {NormKind::layer, NormKind::rms}) {
          const Norms norms(shape, per_head, kind, kind == NormKind::rms);
          Layer layer(shape);
          layer.weights().norms = norms.get();
          for (const std::size_t tokens : token_counts) check_twins(layer, {.scale = 0.1}, tokens);
        }
      }
    }
  });
}

TEST_CASE("rotation agrees with the reference over awkward sizes, whole and in part, with norms before it") {
  test::each_target([&] {
    for (const AttentionShape& shape : shapes) {
      const Norms norms(shape, true, NormKind::rms);
      Layer layer(shape);
      for (const bool interleaved : {false, true}) {
        for (const std::size_t dims : {shape.head_dim, shape.head_dim / 4 * 2}) {
          Rotary rotary({.dims = dims, .interleaved = interleaved}, 100);
          for (const std::size_t tokens : token_counts) {
            layer.weights().norms = std::nullopt;
            check_twins(layer, {.rotary = &rotary.table(tokens)}, tokens);
            layer.weights().norms = norms.get();
            check_twins(layer, {.scale = 0.2, .softcap = 3, .rotary = &rotary.table(tokens)}, tokens);
          }
        }
      }
    }
  });
}

TEST_CASE(
    "biases of every kind agree with the reference, with own scale and softcap, on long and short texts") {
  const AttentionShape shape{24, 3, 1, 8};
  const Layer layer(shape);
  const BucketRule rule{12, 40, false};
  const std::vector<float> values = test::normals(rule.buckets * 3, 8);
  const BucketTable<float> table{values, 3, rule};
  const BucketTable<double> exact_table{{values.begin(), values.end()}, 3, rule};
  const Alibi by_distance{AlibiKind::distance, 3}, by_key{AlibiKind::key, 3};
  const std::size_t longest = 290;
  const std::pair<ScoreBias<float>, ScoreBias<double>> all[] = {
      {{table, longest}, {exact_table, longest}},
      {{by_distance, longest}, {by_distance, longest}},
      {{by_key, longest}, {by_key, longest}}};
  test::each_target([&] {
    for (const auto& bias : all) {
      for (const std::size_t tokens : {1, 7, 8, 9, 31, 33, 100, 290}) {
        const Biases both{bias.first, bias.second};
        check_twins(layer, {}, tokens, both);
        check_twins(layer, {.scale = 1}, tokens, both);
        check_twins(layer, {.scale = 1, .softcap = 4}, tokens, both);
      }
    }
  });
}

TEST_CASE(
    "with a causal mask ALiBi by keys makes nearly the weights of ALiBi by distances, of other scores") {
  const Layer layer({24, 3, 3, 8});
  const Rows rows(90, 24, 1);
  Mask mask = open_mask(90, 90);
  mask.causal = true;
  const ScoreBias<float> by_distance(Alibi{AlibiKind::distance, 3}, 90), by_key(Alibi{AlibiKind::key, 3}, 90);
  const Fast a = run_fast(layer, rows, rows, {.mask = mask, .bias = &by_distance});
  const Fast b = run_fast(layer, rows, rows, {.mask = mask, .bias = &by_key});
  CHECK(test::relative_error(a.weights, b.weights) < 2e-5);  // scores of 50 are off by 4e-6
  CHECK(a.scores[89 * 90 + 40] != b.scores[89 * 90 + 40]);
}

TEST_CASE("scores stay within a softcap, and are nearly themselves where they are small beside it") {
  const Layer layer({24, 3, 3, 8});
  Rows rows(70, 24, 1);
  const Mask mask = open_mask(70, 70);
  const Fast plain = run_fast(layer, rows, rows, {.mask = mask});
  const Fast wide = run_fast(layer, rows, rows, {.mask = mask, .rules = {.softcap = 1e4}});
  CHECK(test::relative_error(wide.scores, plain.scores) < 1e-6);
  for (float& value : rows.values) value *= 1e4F;
  const Fast narrow = run_fast(layer, rows, rows, {.mask = mask, .rules = {.softcap = 3}});
  for (const float score : narrow.scores) CHECK(std::abs(score) <= 3.0F);
  CHECK(*std::max_element(narrow.scores.begin(), narrow.scores.end()) == 3.0F);
  for (const float value : narrow.output) CHECK(std::isfinite(value));
}

TEST_CASE("what is masked stays masked under a softcap and any scale, and weighs exactly zero") {
  const Layer layer({24, 3, 3, 8});
  const Rows rows(140, 24, 1);
  Mask mask = open_mask(140, 140);
  mask.causal = true, mask.window = 9;
  for (const AttentionRules& rules :
       {AttentionRules{.softcap = 5.0}, AttentionRules{.scale = -1.0}, AttentionRules{.scale = 0.0}}) {
    const Fast fast = run_fast(layer, rows, rows, {.mask = mask, .rules = rules});
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < fast.weights.size(); ++i) {
      const std::size_t q = i / 140 % 140, k = i % 140;
      const bool seen = mask.allows(0, q, k);
      wrong +=
          seen ? (fast.weights[i] > 0 ? 0 : 1) : (fast.weights[i] == 0 && std::isinf(fast.scores[i]) ? 0 : 1);
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("a scale of zero lets every key weigh the same") {
  const Layer layer({24, 3, 3, 8});
  const Rows rows(64, 24, 1);
  const Mask mask = open_mask(64, 64);
  for (const float weight : run_fast(layer, rows, rows, {.mask = mask, .rules = {.scale = 0.0}}).weights) {
    CHECK(weight == 1.0F / 64);
  }
}

TEST_CASE("rotation leaves position 0 and the length of vectors, and scores depend on distances") {
  const AttentionShape shape{24, 2, 1, 12};
  const Layer layer(shape);
  const std::size_t tokens = 60, shift = 25;
  Rows rows(tokens, 24, 1), shifted(tokens + shift, 24, 7);
  std::copy(rows.values.begin(), rows.values.end(), shifted.values.begin() + shift * 24);
  const Mask mask = open_mask(tokens, tokens), longer = open_mask(tokens + shift, tokens + shift);
  for (const bool interleaved : {false, true}) {
    Rotary rotary({.theta = 100, .dims = 8, .interleaved = interleaved}, tokens + shift);
    const AttentionRules rules{.rotary = &rotary.table(tokens + shift)};
    const Fast plain = run_fast(layer, rows, rows, {.mask = mask});
    const Fast turned = run_fast(layer, rows, rows, {.mask = mask, .rules = rules});
    const Fast later = run_fast(layer, shifted, shifted, {.mask = longer, .rules = rules});
    CHECK(test::same_bits(std::span(turned.query).first(24), std::span(plain.query).first(24)));
    for (std::size_t i = 0; i < tokens * 2; ++i) {
      double before = 0, after = 0;
      for (std::size_t f = 0; f < 12; ++f) {
        before += std::pow(plain.query[i * 12 + f], 2), after += std::pow(turned.query[i * 12 + f], 2);
      }
      CHECK(after == doctest::Approx(before).epsilon(1e-6));
      // Features that do not take part are as they were.
      CHECK(test::same_bits(std::span(turned.query).subspan(i * 12 + 8, 4),
                            std::span(plain.query).subspan(i * 12 + 8, 4)));
    }
    double moved = 0, changed = 0;
    for (std::size_t h = 0; h < 2; ++h) {
      for (std::size_t q = 0; q < tokens; ++q) {
        for (std::size_t k = 0; k < tokens; ++k) {
          const float score = turned.scores[(h * tokens + q) * tokens + k];
          const std::size_t all = tokens + shift;
          const float moved_score = later.scores[(h * all + q + shift) * all + k + shift];
          moved = std::max(moved, static_cast<double>(std::abs(score - moved_score)));
          changed = std::max(
              changed, static_cast<double>(std::abs(score - plain.scores[(h * tokens + q) * tokens + k])));
        }
      }
    }
    CHECK(moved < 2e-5);  // angles of 85 radians are off by 5e-6
    CHECK(changed > 0.5);
  }
}

TEST_CASE("a rotation in another table's arrangement is that of permuted features") {
  const AttentionShape shape{24, 3, 3, 8};
  Layer halves(shape), pairs(shape);
  // Rows 2 i and 2 i + 1 of each head of the one are rows i and i + 4 of the other.
  std::vector<float> numbers[2][2];
  Linear* linears[] = {&pairs.weights().query, &pairs.weights().key};
  for (std::size_t l = 0; l < 2; ++l) {
    const auto weight = linears[l]->weight.floats(), bias = linears[l]->bias->floats();
    for (std::size_t row = 0; row < 24; ++row) {
      const std::size_t from = row / 8 * 8 + row % 8 / 2 + row % 2 * 4;
      numbers[l][0].insert(numbers[l][0].end(), &weight[from * 24], &weight[from * 24] + 24);
      numbers[l][1].push_back(bias[from]);
    }
    linears[l]->weight = {linears[l]->weight.shape, numbers[l][0]};
    linears[l]->bias = TensorView(linears[l]->bias->shape, numbers[l][1]);
  }
  const Rows rows(50, 24, 1);
  const Mask mask = open_mask(50, 50);
  Rotary half({.dims = 8}, 50), interleaved({.dims = 8, .interleaved = true}, 50);
  const Fast a = run_fast(halves, rows, rows, {.mask = mask, .rules = {.rotary = &half.table(50)}});
  const Fast b = run_fast(pairs, rows, rows, {.mask = mask, .rules = {.rotary = &interleaved.table(50)}});
  CHECK(test::relative_error(b.scores, a.scores) < 1e-6);
}

TEST_CASE("with a causal mask a later token leaves the rows before it bit-equal under every rule") {
  const AttentionShape shape{24, 3, 3, 8};
  for (const bool per_head : {false, true}) {
    const Norms norms(shape, per_head, NormKind::rms);
    Layer layer(shape);
    layer.weights().norms = norms.get();
    Rotary rotary({.dims = 8}, 80);
    const AttentionRules rules{.scale = 0.5, .softcap = 20, .rotary = &rotary.table(80)};
    Rows rows(80, 24, 3);
    Mask mask = open_mask(80, 80);
    mask.causal = true;
    const Fast before = run_fast(layer, rows, rows, {.mask = mask, .rules = rules});
    for (std::size_t f = 0; f < 24; ++f) rows.values[50 * 24 + f] += 100;
    const Fast after = run_fast(layer, rows, rows, {.mask = mask, .rules = rules});
    CHECK(test::same_bits(std::span(before.output).first(50 * 24), std::span(after.output).first(50 * 24)));
    CHECK_FALSE(test::same_bits(before.output, after.output));
  }
}

TEST_CASE("bits under every rule do not depend on threads, batch, heads at a time or instruction set") {
  const AttentionShape shape{48, 4, 2, 12};
  for (const bool per_head : {false, true}) {
    const Norms norms(shape, per_head, NormKind::rms, true);
    Layer layer(shape);
    layer.weights().norms = norms.get();
    Rotary rotary({.type = RopeType::dynamic, .dims = 12, .factor = 2, .max_position_embeddings = 100}, 301);
    const Rows long_rows(301, 48, 3), short_rows(5, 48, 4);
    Mask mask = open_mask(301, 301), short_mask = open_mask(5, 5);
    mask.causal = true;
    const AttentionOptions options{.mask = mask,
                                   .rules = {.scale = 0.4, .softcap = 8, .rotary = &rotary.table(301)}};
    const AttentionOptions short_options{.mask = short_mask, .rules = {.rotary = &rotary.table(5)}};
    const Fast first = run_fast(layer, long_rows, long_rows, options);
    const Fast first_short = run_fast(layer, short_rows, short_rows, short_options);
    test::each_target([&] {
      if (!kernel::target_in_use().fma) return;
      for (const std::size_t threads : {1, 3}) {
        CHECK(same_bits(run_fast(layer, long_rows, long_rows, options, threads), first));
        for (std::size_t at_once = 1; at_once <= 2; ++at_once) {
          const kernel::Blocks a = long_rows.blocks(), b = short_rows.blocks();
          const AttentionTask tasks[] = {{{b, b, b}, short_options}, {{a, a, a}, options}};
          const auto results = attend(shape, layer.weights(), tasks, {.kv_heads_at_once = at_once}, threads);
          CHECK(test::same_bits(rows_of(results[0].output), first_short.output));
          CHECK(test::same_bits(rows_of(results[1].output), first.output));
        }
      }
    });
  }
}

TEST_CASE("heads that are projected, normed and rotated already are attended to with scale and softcap") {
  const AttentionShape shape{48, 4, 2, 12};
  const Norms norms(shape, true, NormKind::rms);
  Layer layer(shape);
  layer.weights().norms = norms.get();
  Rotary rotary({.dims = 12}, 70);
  const AttentionRules rules{.scale = 0.4, .softcap = 8, .rotary = &rotary.table(70)};
  const Rows rows(70, 48, 3);
  const Mask mask = open_mask(70, 70);
  const Fast whole = run_fast(layer, rows, rows, {.mask = mask, .rules = rules});
  std::vector<ProjectedTask> tasks;
  tasks.push_back({test::blocks_of(whole.query, 48),
                   test::blocks_of(whole.key, 24),
                   test::blocks_of(whole.value, 24),
                   {.mask = mask, .rules = rules}});
  const auto results = attend_projected({0, 4, 2, 12}, std::move(tasks), AttentionStage::heads, 2);
  CHECK(test::same_bits(rows_of(results[0].x), whole.x));
}
