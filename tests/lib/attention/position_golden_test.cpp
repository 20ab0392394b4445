// Buckets and ALiBi against Transformers' own: tests/golden/positions.py.
#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "attention/position.h"
#include "base/file.h"
#include "base/json.h"

using namespace mha;

namespace {

const JsonDocument& golden() {
  static const std::string path = MHA_SOURCE_DIR "/tests/golden/positions.json";
  static const JsonDocument document(read_file(path, 1 << 20), path);
  return document;
}

std::size_t natural(JsonValue object, std::string_view name) {
  return static_cast<std::size_t>(object.find(name)->natural().value());
}

/// Compares the rule with the buckets of distances key - query, the first of which is -reach.
void check_runs(const BucketRule& rule, JsonValue runs) {
  const auto reach = static_cast<std::ptrdiff_t>(natural(golden().root(), "reach"));
  std::ptrdiff_t key_minus_query = -reach;
  runs.each_item([&](JsonValue run) {
    const auto [bucket, count] = run.pair().value();
    for (std::uint64_t i = 0; i < count.natural().value(); ++i, ++key_minus_query) {
      CAPTURE(key_minus_query);
      REQUIRE(relative_bucket(rule, -key_minus_query) == bucket.natural().value());
    }
  });
  CHECK(key_minus_query == reach + 1);
}

}  // namespace

TEST_CASE("buckets of every rule are those of T5") {
  std::size_t rules = 0;
  golden().root().find("buckets")->each_item([&](JsonValue each) {
    const BucketRule rule{natural(each, "buckets"), natural(each, "max_distance"),
                          each.find("bidirectional")->boolean().value()};
    CAPTURE(rule.buckets);
    CAPTURE(rule.max_distance);
    CAPTURE(rule.bidirectional);
    check_runs(rule, *each.find("runs"));
    ++rules;
  });
  CHECK(rules == 20);
}

TEST_CASE("buckets are those of MPNet") { check_runs({}, *golden().root().find("mpnet")); }

TEST_CASE(
    "slopes and biases of ALiBi are those of BLOOM, for numbers of heads that are no power of two too") {
  std::size_t cases = 0;
  golden().root().find("alibi")->each_item([&](JsonValue each) {
    const std::size_t heads = natural(each, "heads");
    CAPTURE(heads);
    const std::vector<float> slopes = alibi_slopes(heads);
    const std::vector<JsonValue> want = each.find("slopes")->items(), biases = each.find("at_39")->items();
    REQUIRE(slopes.size() == want.size());
    const ScoreBias<float> bias(Alibi{AlibiKind::key, heads}, 40);
    for (std::size_t h = 0; h < heads; ++h) {
      // A power of torch is within a unit in the last place.
      CHECK(std::abs(slopes[h] / want[h].number().value() - 1) < 1.2e-7);
      CHECK(std::abs(bias.at(h, 3, 39) / biases[h].number().value() - 1) < 2.4e-7);
    }
    ++cases;
  });
  CHECK(cases == 23);
}
