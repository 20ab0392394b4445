#include "report/heads.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "support/numbers.h"

using namespace mha;

namespace {

using Sequences = std::vector<std::vector<std::vector<double>>>;

const JsonDocument& golden() {
  static const std::string path = MHA_SOURCE_DIR "/tests/golden/heads.json";
  static const JsonDocument document(read_file(path, 1 << 20), path);
  return document;
}

std::vector<Label> labels(std::size_t count) {
  std::vector<Label> labels;
  for (std::size_t i = 0; i < count; ++i) labels.push_back({std::to_string(i), false, i, i + 1});
  return labels;
}

/// A batch of maps of one head, as a tensor [B, 1, T, S] that holds them padded.
class Batch {
 public:
  explicit Batch(const Sequences& sequences) {
    std::size_t height = 0, width = 0;
    for (const auto& rows : sequences) {
      height = std::max(height, rows.size());
      width = std::max(width, rows.front().size());
      sides.queries.push_back(labels(rows.size()));
    }
    values_.resize(sequences.size() * height * width);
    for (std::size_t b = 0; b < sequences.size(); ++b) {
      for (std::size_t q = 0; q < sequences[b].size(); ++q) {
        std::ranges::copy(sequences[b][q], values_.begin() + static_cast<long>((b * height + q) * width));
      }
    }
    const auto name = std::ranges::find(activation_names(), "weights", &TensorName::name);
    array_.key.key = "weights";
    array_.key.tensor = &*name;
    array_.shape = {sequences.size(), 1, height, width};
    array_.values = std::span<const double>(values_);
  }

  AttentionMaps maps(const std::vector<std::size_t>& heads = {0}) const {
    return {{&array_, 1}, heads, sides};
  }

  Sides sides;

 private:
  std::vector<double> values_;
  NamedArray array_{};
};

Sequences weights_of(JsonValue value) {
  Sequences sequences;
  value.each_item([&](JsonValue rows) {
    auto& sequence = sequences.emplace_back();
    rows.each_item([&](JsonValue row) {
      auto& numbers = sequence.emplace_back();
      row.each_item([&](JsonValue number) { numbers.push_back(*number.number()); });
    });
  });
  return sequences;
}

Batch batch_of(JsonValue golden_case) {
  const Sequences weights = weights_of(*golden_case.find("weights"));
  Batch batch(weights);
  if (!*golden_case.find("own_text")->boolean()) {
    for (const auto& rows : weights) batch.sides.keys.push_back(labels(rows.front().size()));
  }
  auto& keys = batch.sides.keys.empty() ? batch.sides.queries : batch.sides.keys;
  std::size_t sequence = 0;
  golden_case.find("separators")->each_item([&](JsonValue flags) {
    std::size_t key = 0;
    flags.each_item([&](JsonValue flag) { keys[sequence][key++].separator = *flag.boolean(); });
    ++sequence;
  });
  return batch;
}

HeadStats made_of(std::size_t head, std::vector<std::optional<double>> values) {
  values.resize(statistics().size());
  return {{"weights", {}, head}, std::move(values)};
}

std::vector<std::size_t> heads_of(const std::vector<HeadStats>& stats) {
  std::vector<std::size_t> heads;
  for (const HeadStats& head : stats) heads.push_back(*head.name.head);
  return heads;
}

}  // namespace

TEST_CASE("statistics of heads are those that numpy finds") {
  std::size_t cases = 0;
  golden().root().find("cases")->each_item([&](JsonValue each) {
    const std::string name(*each.find("name")->string());
    CAPTURE(name);
    ++cases;
    const Batch batch = batch_of(each);
    const std::vector<HeadStats> stats = head_stats(batch.maps());
    REQUIRE(stats.size() == 1);
    REQUIRE(stats[0].values.size() == statistics().size());
    for (std::size_t i = 0; i < statistics().size(); ++i) {
      const std::string_view statistic = statistics()[i].name;
      CAPTURE(statistic);
      const auto wanted = each.find("expected")->find(statistic);
      REQUIRE(wanted);
      CHECK(stats[0].values[i].has_value() == !wanted->is_null());
      // Sums of at most 81 terms in another order: a few units in the last place.
      if (!wanted->is_null()) CHECK(*stats[0].values[i] == doctest::Approx(*wanted->number()).epsilon(1e-13));
    }
  });
  CHECK(cases > 5);
}

TEST_CASE("tokens of a word are one key by their sum and one query by their mean") {
  Batch batch(Sequences{{{0.5, 0.25, 0.25}, {0.0, 0.5, 0.5}, {0.25, 0.75, 0.0}}});
  batch.sides.queries[0] = {{"a", false, 0, 1}, {"bc", false, 1, 3}};
  const AttentionMap map = batch.maps().map(0, 0);
  CHECK(map.rows == 2);
  CHECK(map.columns == 2);
  CHECK(map.values == std::vector<double>{0.5, 0.5, 0.125, 0.875});
}

TEST_CASE("heads are sorted by a statistic, those without a value last") {
  const std::vector<HeadStats> stats = {made_of(0, {2.0}), made_of(1, {std::nullopt}), made_of(2, {3.0}),
                                        made_of(3, {NAN}), made_of(4, {2.0})};
  CHECK(heads_of(sorted(stats, std::nullopt)) == std::vector<std::size_t>{0, 1, 2, 3, 4});
  CHECK(heads_of(sorted(stats, "head")) == std::vector<std::size_t>{0, 1, 2, 3, 4});
  CHECK(heads_of(sorted(stats, "entropy")) == std::vector<std::size_t>{2, 0, 4, 1, 3});
  CHECK(heads_of(sorted(stats, "-entropy")) == std::vector<std::size_t>{0, 4, 2, 1, 3});
  CHECK_THROWS_WITH_AS(check_sort("entropi"), doctest::Contains("did you mean 'entropy'?"), Error);
}

TEST_CASE("the strongest links are the largest weights, of equal ones the first") {
  const Batch batch(Sequences{{{0.5, 0.5}, {0.0, 1.0}}, {{1.0}}});
  const auto links = strongest_links(batch.maps({7}), 4);
  REQUIRE(links.size() == 4);
  CHECK(links[0].weight == 1);
  CHECK(links[0].sequence == 0);
  CHECK(links[1].sequence == 1);
  CHECK(links[2].key == 0);
  CHECK(links[3].key == 1);
  CHECK(*links[0].name.head == 7);
  CHECK(strongest_links(batch.maps(), 2).size() == 2);
  CHECK(strongest_links(batch.maps(), 100).size() == 4);  // what is 0 is no link
  CHECK(strongest_links(batch.maps(), 0).empty());
}
