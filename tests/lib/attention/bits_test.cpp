// The promise that results have the same bits alone, in a batch, over threads and on every processor that
// fuses multiply and add: for whole layers of attention.
#include <doctest/doctest.h>

#include <array>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attention/attention.h"
#include "support/checksum.h"
#include "support/exact_numbers.h"

using namespace mha;
using kernel::Blocks;
using test::Checksum;
using test::exact_numbers;
using test::StoredNumbers;

namespace {

/// A layer whose Linears are of the four types, the first of `first_type`.
class Layer {
 public:
  Layer(AttentionShape of, std::size_t first_type) : shape(of) {
    const std::size_t sizes[][2] = {{of.query_features(), of.embed_dim},
                                    {of.key_features(), of.embed_dim},
                                    {of.key_features(), of.embed_dim},
                                    {of.embed_dim, of.query_features()}};
    const std::array linears{&weights.query, &weights.key, &weights.value, &weights.output};
    for (unsigned i = 0; i < 4; ++i) {
      const ElementType type = test::all_types[(first_type + i) % 4];
      const TensorView& weight = numbers_.emplace_back(Shape{sizes[i][0], sizes[i][1]}, type, 10 + i).view();
      const TensorView& bias = numbers_.emplace_back(Shape{sizes[i][0]}, type, 20 + i).view();
      *linears[i] = {weight, bias};
    }
  }

  AttentionShape shape;
  AttentionWeights weights;

 private:
  std::deque<StoredNumbers> numbers_;
};

/// What one sequence is, and room for its maps.
struct Sequence {
  Sequence(const AttentionShape& shape, std::size_t tokens, std::size_t others)
      : query(test::blocks_of(exact_numbers(tokens * shape.embed_dim, 1), shape.embed_dim)),
        key(test::blocks_of(exact_numbers(others * shape.embed_dim, 2), shape.embed_dim)),
        scores(shape.num_heads * tokens * others),
        weights(scores.size()) {
    mask.queries = tokens;
    mask.keys = others;
  }

  AttentionTask task() {
    AttentionOptions options{.mask = mask, .masked_rows = masked_rows, .rules = rules, .bias = bias};
    options.scores = ScoreTarget<float>{scores.data(), mask.queries * mask.keys, mask.keys};
    options.weights = ScoreTarget<float>{weights.data(), mask.queries * mask.keys, mask.keys};
    return {{query, key, key}, options};
  }

  Blocks query, key;
  Mask mask;
  MaskedRows masked_rows = MaskedRows::zero;
  AttentionRules rules;
  const ScoreBias<float>* bias = nullptr;
  std::vector<float> scores, weights;
};

/// Sequences of many lengths, under every mask and bias.
std::vector<Sequence> sequences(const AttentionShape& shape, const ScoreBias<float>& bias,
                                std::span<const std::uint8_t> general) {
  std::vector<Sequence> all;
  for (const std::size_t tokens : {1, 7, 8, 9, 33, 65, 130}) {
    for (const std::size_t others : {tokens, std::size_t{70}}) all.emplace_back(shape, tokens, others);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    Mask& mask = all[i].mask;
    if (i % 2 == 1) mask.causal = true;
    if (i % 3 == 1) mask.window = 4;
    if (i % 4 == 2) mask.key.assign(mask.keys, 1), mask.key[0] = mask.key[mask.keys / 2] = 0;
    if (i % 5 == 3) mask.query.assign(mask.queries, 1), mask.query[mask.queries - 1] = 0;
    if (i % 3 == 2) mask.general = general, mask.row_stride = mask.keys, mask.head_stride = 7;
    if (i % 2 == 0) all[i].bias = &bias;
    all[i].masked_rows = std::array{MaskedRows::zero, MaskedRows::nan, MaskedRows::uniform}[i / 2 % 3];
  }
  return all;
}

/// Adds all that comes out of `group`, computed side by side.
void add_results(const Layer& layer, std::span<Sequence> group, std::size_t threads, Checksum& checksum) {
  std::vector<AttentionTask> tasks;
  for (Sequence& sequence : group) tasks.push_back(sequence.task());
  const auto results = attend(layer.shape, layer.weights, tasks, {}, threads);
  for (std::size_t i = 0; i < group.size(); ++i) {
    const AttentionResult& r = results[i];
    for (const Blocks* blocks : {&r.query, &r.key, &r.value, &r.x, &r.output}) checksum.add(*blocks);
    checksum.add(group[i].scores);
    checksum.add(group[i].weights);
  }
}

constexpr AttentionShape shapes[] = {{24, 3, 3, 8}, {40, 4, 2, 10}, {33, 3, 1, 65}, {96, 1, 1, 96}};

const std::vector<std::uint8_t>& general_mask() {
  static const std::vector<std::uint8_t> mask = [] {
    std::vector<std::uint8_t> values;
    for (std::size_t i = 0; i < 130 * 130 + 3 * 7; ++i) values.push_back(i * i % 11 < 7 ? 1 : 0);
    return values;
  }();
  return mask;
}

ScoreBias<float> bias_of(const AttentionShape& shape) {
  return {BucketTable<float>{exact_numbers(relative_buckets * shape.num_heads, 3), shape.num_heads}, 130};
}

/// Compares what comes out of all sequences, one by one and side by side, with the checksum of that name.
void check(const std::string& name, const Layer& layer, std::vector<Sequence>& all) {
  for (const std::size_t threads : {1, 3}) {
    for (const std::size_t together : {std::size_t{1}, all.size()}) {
      test::check_bits(name, [&](Checksum& checksum) {
        for (std::size_t first = 0; first < all.size(); first += together) {
          add_results(layer, std::span(all).subspan(first, together), threads, checksum);
        }
      });
    }
  }
}

}  // namespace

TEST_CASE("a layer has the bits of its checksum alone, in a batch, over threads, with every mask and bias") {
  for (std::size_t i = 0; i < std::size(shapes); ++i) {
    const Layer layer(shapes[i], i);
    const ScoreBias<float> bias = bias_of(shapes[i]);
    std::vector<Sequence> all = sequences(shapes[i], bias, general_mask());
    check(fmt::format("attention {}", i), layer, all);
  }
}

TEST_CASE("a layer has the bits of its checksum under every rule, with norms and rotation") {
  for (std::size_t i = 0; i < std::size(shapes); ++i) {
    const AttentionShape& shape = shapes[i];
    Layer layer(shape, i);
    const bool per_head = i % 2 == 0;
    const std::vector<float> query = exact_numbers(per_head ? shape.head_dim : shape.query_features(), 4),
                             key = exact_numbers(per_head ? shape.head_dim : shape.key_features(), 5);
    layer.weights.norms = HeadNorms{{{{query.size()}, query}, std::nullopt, 1e-6, NormKind::rms, i == 2},
                                    {{{key.size()}, key}, std::nullopt, 1e-6, NormKind::rms, i == 2},
                                    per_head};
    const ScoreBias<float> bias = bias_of(shape);
    std::vector<Sequence> all = sequences(shape, bias, general_mask());
    Rotary rotary({.theta = 1000, .dims = shape.head_dim / 2 * 2, .interleaved = i == 1}, 130);
    for (std::size_t s = 0; s < all.size(); ++s) {
      if (s % 3 != 0) all[s].rules.scale = 0.5 - static_cast<double>(s % 5) / 4;
      if (s % 2 == 0) all[s].rules.softcap = 3.0 + static_cast<double>(s);
      if (s % 5 != 4) all[s].rules.rotary = &rotary.table(130);
    }
    check(fmt::format("attention, rules {}", i), layer, all);
  }
}
