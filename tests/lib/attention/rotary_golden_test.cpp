// Rotary positions against what Transformers makes of them: tests/golden/rotary.py.
#include <doctest/doctest.h>

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attention/reference.h"
#include "attention/rotary.h"
#include "base/file.h"
#include "base/json.h"
#include "kernel/rotate.h"
#include "support/blocks.h"

using namespace mha;

namespace {

const JsonDocument& golden() {
  static const std::string path = MHA_SOURCE_DIR "/tests/golden/rotary.json";
  static const JsonDocument document(read_file(path, 1 << 20), path);
  return document;
}

std::vector<double> numbers(JsonValue list) {
  std::vector<double> numbers;
  list.each_item([&](JsonValue item) { numbers.push_back(item.number().value()); });
  return numbers;
}

RopeType type_of(std::string_view name) {
  for (const RopeTypeName& each : rope_types) {
    if (each.name == name) return each.type;
  }
  FAIL("no rope type " << name);
  return RopeType::plain;
}

/// One case.
struct Case {
  explicit Case(JsonValue from) : json(from) {
    const auto given = [&](std::string_view name) -> std::optional<double> {
      const auto value = json.find("parameters")->find(name);
      return value ? value->number() : std::nullopt;
    };
    head = static_cast<std::size_t>(json.find("head")->natural().value());
    tokens = static_cast<std::size_t>(json.find("tokens")->natural().value());
    rope.type = type_of(json.find("parameters")->find("rope_type")->string().value());
    rope.theta = given("rope_theta").value();
    rope.dims =
        static_cast<std::size_t>(static_cast<double>(head) * given("partial_rotary_factor").value_or(1));
    rope.factor = given("factor");
    rope.attention_factor = given("attention_factor");
    rope.mscale = given("mscale"), rope.mscale_all_dim = given("mscale_all_dim");
    rope.beta_fast = given("beta_fast").value_or(32), rope.beta_slow = given("beta_slow").value_or(1);
    rope.low_freq_factor = given("low_freq_factor").value_or(0);
    rope.high_freq_factor = given("high_freq_factor").value_or(0);
    rope.original_max_position_embeddings =
        static_cast<std::size_t>(given("original_max_position_embeddings").value_or(0));
    rope.max_position_embeddings = static_cast<std::size_t>(json.find("most")->natural().value());
    const auto truncate = json.find("parameters")->find("truncate");
    if (truncate) rope.truncate = truncate->boolean().value();
    const auto short_factor = json.find("parameters")->find("short_factor");
    if (!short_factor) return;
    rope.short_factor = numbers(*short_factor);
    rope.long_factor = numbers(*json.find("parameters")->find("long_factor"));
  }

  /// How far cos and sin of a pair may be from torch's, which is within a unit in the last place: more where
  /// its frequency is.
  double angle_tolerance(std::size_t pair, double position) const {
    const float own = inverse_frequencies(rope, tokens)[pair];
    const double difference = std::abs(own - numbers(*json.find("frequencies"))[pair]);
    return 2e-7 + (difference < 1e-9 * own ? 0 : difference * position);
  }

  JsonValue json;
  RopeParameters rope{.dims = 0};
  std::size_t head, tokens;
};

template <class Check>
void each_case(Check check) {
  std::size_t cases = 0;
  golden().root().find("cases")->each_item([&](JsonValue json) {
    const std::string name(json.find("name")->string().value());
    CAPTURE(name);
    ++cases;
    check(Case(json));
  });
  CHECK(cases == 22);
}

/// Largest difference.
template <class Numbers>
double worst(const Numbers& got, const std::vector<double>& want) {
  REQUIRE(got.size() == want.size());
  double worst = 0;
  for (std::size_t i = 0; i < want.size(); ++i) {
    worst = std::max(worst, std::abs(static_cast<double>(got[i]) - want[i]));
  }
  return worst;
}

/// What becomes of 1, -1/2, 1/3, ... at the last position, in both arithmetics.
struct Rotated {
  std::vector<float> fast;
  std::vector<double> exact;
};

Rotated rotate(const Case& each, bool interleaved) {
  RopeParameters rope = each.rope;
  rope.interleaved = interleaved;
  Rotary rotary(rope, each.tokens);
  const RotaryTable& table = rotary.table(each.tokens);
  std::vector<float> rows(each.tokens * each.head);
  float* last = rows.data() + (each.tokens - 1) * each.head;
  for (std::size_t i = 0; i < each.head; ++i) {
    last[i] = static_cast<float>(i % 2 == 0 ? 1 : -1) / static_cast<float>(i + 1);
  }
  reference::Matrix exact(static_cast<Eigen::Index>(each.tokens), static_cast<Eigen::Index>(each.head));
  std::copy(rows.begin(), rows.end(), exact.data());
  reference::rotate(table, each.head, exact);
  kernel::Blocks blocks = test::blocks_of(rows, each.head);
  for (std::size_t b = 0; b < blocks.count(); ++b) {
    kernel::rotate({.values = blocks[b].data,
                    .width = blocks[b].width,
                    .heads = 1,
                    .head_dim = each.head,
                    .dims = table.dims,
                    .interleaved = interleaved,
                    .cos = table.cos.data() + blocks[b].first_token,
                    .sin = table.sin.data() + blocks[b].first_token,
                    .stride = table.stride});
  }
  rows = test::rows_of(blocks);
  const double* end = exact.data() + exact.size();
  return {{rows.end() - static_cast<std::ptrdiff_t>(each.head), rows.end()},
          {end - static_cast<std::ptrdiff_t>(each.head), end}};
}

}  // namespace

TEST_CASE("inverse frequencies of every rope type are those of Transformers") {
  std::size_t equal = 0, all = 0;
  each_case([&](const Case& each) {
    const std::vector<float> got = inverse_frequencies(each.rope, each.tokens);
    const std::vector<double> want = numbers(*each.json.find("frequencies"));
    REQUIRE(got.size() == want.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      CAPTURE(i);
      // 574 of 41280 of torch's powers are not those that are rounded once from float64 (rotary.py): some
      // frequencies are then two units in the last place away, after what follows.
      CHECK(std::abs(got[i] / want[i] - 1) < 2.4e-7);
      equal += got[i] == static_cast<float>(want[i]) ? 1 : 0;
    }
    all += got.size();
    CHECK(attention_factor(each.rope) == static_cast<float>(each.json.find("factor")->number().value()));
  });
  CHECK(equal >= all - all / 20);
}

TEST_CASE("every rope type that there is has a case, and names are those of a config.json") {
  for (const RopeTypeName& type : rope_types) {
    CAPTURE(type.name);
    std::size_t cases = 0;
    each_case([&](const Case& each) { cases += each.rope.type == type.type ? 1 : 0; });
    CHECK(cases > 0);
  }
}

TEST_CASE("cosines and sines of every rope type are those of Transformers, for texts of each length") {
  each_case([](const Case& each) {
    Rotary rotary(each.rope, each.tokens);
    const RotaryTable& table = rotary.table(each.tokens);
    const std::vector<double> positions = numbers(*each.json.find("positions"));
    const std::vector<JsonValue> cos = each.json.find("cos")->items(), sin = each.json.find("sin")->items();
    for (std::size_t row = 0; row < positions.size(); ++row) {
      const std::vector<double> cosines = numbers(cos[row]), sines = numbers(sin[row]);
      REQUIRE(cosines.size() == each.rope.dims / 2);
      for (std::size_t i = 0; i < cosines.size(); ++i) {
        CAPTURE(i);
        const std::size_t at = i * table.stride + static_cast<std::size_t>(positions[row]);
        const double tolerance = each.angle_tolerance(i, positions[row]) * attention_factor(each.rope);
        CHECK(std::abs(table.cos[at] - cosines[i]) < tolerance);
        CHECK(std::abs(table.sin[at] - sines[i]) < tolerance);
      }
    }
  });
}

TEST_CASE("heads are rotated as by apply_rotary_pos_emb, in halves and interleaved, whole and in part") {
  each_case([](const Case& each) {
    double tolerance = 5e-7;
    for (std::size_t i = 0; i < each.rope.dims / 2; ++i) {
      tolerance += each.angle_tolerance(i, static_cast<double>(each.tokens)) - 2e-7;
    }
    for (const bool interleaved : {false, true}) {
      CAPTURE(interleaved);
      const std::vector<double> want = numbers(*each.json.find(interleaved ? "interleaved" : "rotated"));
      const Rotated got = rotate(each, interleaved);
      CHECK(worst(got.fast, want) < tolerance);
      CHECK(worst(got.exact, want) < tolerance);
    }
  });
}
