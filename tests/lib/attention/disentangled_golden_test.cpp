// DeBERTa's attention against Transformers' own: tests/golden/disentangled.py.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "attention/attention.h"
#include "attention/reference.h"
#include "base/file.h"
#include "base/json.h"
#include "support/attention.h"

using namespace mha;

namespace {

const JsonDocument& golden() {
  static const std::string path = MHA_SOURCE_DIR "/tests/golden/disentangled.json";
  static const JsonDocument document(read_file(path, 1 << 20), path);
  return document;
}

std::size_t natural(JsonValue object, std::string_view name) {
  return static_cast<std::size_t>(object.find(name)->natural().value());
}

std::vector<double> numbers(JsonValue object, std::string_view name) {
  std::vector<double> numbers;
  object.find(name)->each_item([&](JsonValue item) { numbers.push_back(item.number().value()); });
  return numbers;
}

constexpr std::size_t heads = 2, head_dim = 6, features = heads * head_dim;

/// The numbers of disentangled.py.
std::vector<float> made(std::size_t seed, std::size_t rows) {
  std::vector<float> values;
  for (std::size_t i = 0; i < rows * features; ++i) {
    values.push_back((static_cast<float>((i * 7919 + seed) % 1009) - 504) / 256);
  }
  return values;
}

reference::Matrix matrix_of(const std::vector<float>& values) {
  reference::Matrix matrix(static_cast<Eigen::Index>(values.size() / features),
                           static_cast<Eigen::Index>(features));
  std::copy(values.begin(), values.end(), matrix.data());
  return matrix;
}

LogBuckets rule_of(JsonValue json) {
  return {natural(json, "position_buckets"), natural(json, "max_relative_positions")};
}

/// One case in both arithmetics.
struct Case {
  explicit Case(JsonValue from)
      : json(from),
        tokens(natural(json, "tokens")),
        rule(rule_of(json)),
        keys(made(4, 2 * rule.span())),
        queries(made(5, 2 * rule.span())) {
    mask.queries = mask.keys = tokens;
    json.find("pos_att_type")->each_item([&](JsonValue type) {
      (type.string() == "c2p" ? c2p : p2c) = true;
    });
  }

  std::pair<std::vector<float>, std::vector<float>> fast() const {
    const kernel::Blocks position_key = test::blocks_of(keys, features),
                         position_query = test::blocks_of(queries, features);
    const Disentangled<kernel::Blocks> disentangled{rule, c2p ? &position_key : nullptr,
                                                    p2c ? &position_query : nullptr};
    std::vector<float> weights(heads * tokens * tokens);
    std::vector<ProjectedTask> tasks;
    tasks.push_back({test::blocks_of(made(1, tokens), features),
                     test::blocks_of(made(2, tokens), features),
                     test::blocks_of(made(3, tokens), features),
                     {.mask = mask,
                      .disentangled = &disentangled,
                      .weights = ScoreTarget<float>{weights.data(), tokens * tokens, tokens}}});
    const auto results =
        attend_projected({features, heads, heads, head_dim}, std::move(tasks), AttentionStage::heads, 2);
    return {std::move(weights), test::rows_of(results.front().x)};
  }

  reference::Result exact() const {
    const reference::Matrix position_key = matrix_of(keys), position_query = matrix_of(queries);
    const Disentangled<reference::Matrix> disentangled{rule, c2p ? &position_key : nullptr,
                                                       p2c ? &position_query : nullptr};
    reference::Result projected;
    projected.query = matrix_of(made(1, tokens));
    projected.key = matrix_of(made(2, tokens));
    projected.value = matrix_of(made(3, tokens));
    return reference::attend_projected({features, heads, heads, head_dim}, std::move(projected),
                                       {.mask = mask, .disentangled = &disentangled});
  }

  JsonValue json;
  std::size_t tokens;
  LogBuckets rule;
  std::vector<float> keys, queries;
  bool c2p = false, p2c = false;
  Mask mask;
};

/// Largest difference of the golden rows of [heads, tokens, columns] to what `at(head, token, column)` gives.
template <class At>
double worst(const std::vector<double>& want, const std::vector<double>& rows, std::size_t columns, At at) {
  double worst = 0;
  for (std::size_t i = 0; i < want.size(); ++i) {
    const auto row = static_cast<std::size_t>(rows[i / columns % rows.size()]);
    worst = std::max(worst, std::abs(at(i / columns / rows.size(), row, i % columns) - want[i]));
  }
  return worst;
}

}  // namespace

TEST_CASE("buckets of distances are those of DeBERTa") {
  const auto reach = static_cast<std::ptrdiff_t>(natural(golden().root(), "reach"));
  golden().root().find("buckets")->each_item([&](JsonValue json) {
    const LogBuckets rule = rule_of(json);
    CAPTURE(rule.position_buckets);
    CAPTURE(rule.max_relative_positions);
    std::ptrdiff_t distance = -reach;
    json.find("runs")->each_item([&](JsonValue run) {
      const auto [bucket, count] = run.pair().value();
      for (std::uint64_t i = 0; i < count.natural().value(); ++i, ++distance) {
        CAPTURE(distance);
        REQUIRE(rule.bucket(distance) == bucket.integer().value());
      }
    });
    CHECK(distance == reach + 1);
  });
}

TEST_CASE(
    "attention with positions is DeBERTa's, for every subset of its kinds and every rule of distances") {
  REQUIRE(natural(golden().root(), "heads") == heads);
  REQUIRE(natural(golden().root(), "head_dim") == head_dim);
  std::size_t cases = 0;
  golden().root().find("cases")->each_item([&](JsonValue json) {
    const Case each(json);
    CAPTURE(each.tokens);
    CAPTURE(each.c2p);
    CAPTURE(each.p2c);
    CAPTURE(each.rule.position_buckets);
    const std::vector<double> rows = numbers(json, "rows"), weights = numbers(json, "weights"),
                              x = numbers(json, "x");
    REQUIRE(weights.size() == heads * rows.size() * each.tokens);
    const reference::Result exact = each.exact();
    CHECK(worst(weights, rows, each.tokens, [&](std::size_t h, std::size_t q, std::size_t k) {
            return exact.weights[h](static_cast<Eigen::Index>(q), static_cast<Eigen::Index>(k));
          }) < 1e-11);
    CHECK(worst(x, rows, features, [&](std::size_t, std::size_t q, std::size_t f) {
            return exact.x(static_cast<Eigen::Index>(q), static_cast<Eigen::Index>(f));
          }) < 1e-11);
    const auto fast = each.fast();
    CHECK(worst(weights, rows, each.tokens, [&](std::size_t h, std::size_t q, std::size_t k) {
            return static_cast<double>(fast.first[(h * each.tokens + q) * each.tokens + k]);
          }) < 2e-6);
    CHECK(worst(x, rows, features, [&](std::size_t, std::size_t q, std::size_t f) {
            return static_cast<double>(fast.second[q * features + f]);
          }) < 4e-6);
    ++cases;
  });
  CHECK(cases == 9);
}
