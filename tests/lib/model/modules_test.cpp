#include "model/modules.h"

#include <doctest/doctest.h>

#include <set>

#include "model/families.h"

using namespace mha;

namespace {

Config config_of(const std::string& golden) {
  const ConfigFile file(MHA_SOURCE_DIR "/tests/golden/families/" + golden + "/config.json");
  return read_description(find_family(file), file).config;
}

}  // namespace

TEST_CASE("the catalogue of roles is in the order of the roles, each with a name of its own") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < role_count; ++i) {
    CHECK(static_cast<std::size_t>(module_roles[i].role) == i);
    CHECK(names.insert(module_roles[i].name).second);
    CHECK(&info(module_roles[i].role) == &module_roles[i]);
  }
}

TEST_CASE("a module is named by the family's wiring and shaped by the configuration") {
  const Config config = config_of("bert");
  const Wiring& wiring = families::bert.wiring;
  const auto query = module_of(config, wiring, Role::query, 1);
  REQUIRE(query);
  CHECK(query->weight.name == "encoder.layer.1.attention.self.query.weight");
  CHECK(query->weight.shape == Shape{20, 20});
  CHECK(query->bias->name == "encoder.layer.1.attention.self.query.bias");
  CHECK(query->bias->shape == Shape{20});
  const auto feed_forward = module_of(config, wiring, Role::feed_forward, 0);
  CHECK(feed_forward->weight.shape == Shape{20, 22});
  CHECK(module_of(config, wiring, Role::embedding_norm)->weight.shape == Shape{20});
  const auto word = module_of(config, wiring, Role::word);
  CHECK(word->weight.shape == Shape{41, 20});
  CHECK_FALSE(word->bias);
}

TEST_CASE("a role that the family or the sizes leave empty has no module") {
  CHECK_FALSE(module_of(config_of("bert"), families::bert.wiring, Role::relative_bias));
  CHECK_FALSE(module_of(config_of("bert"), families::bert.wiring, Role::projection));
  CHECK_FALSE(module_of(config_of("distilbert"), families::distilbert.wiring, Role::token_type));
  CHECK_FALSE(module_of(config_of("electra_equal"), families::electra.wiring, Role::projection));
  CHECK(module_of(config_of("electra"), families::electra.wiring, Role::projection)->weight.shape ==
        Shape{18, 7});
  CHECK(module_of(config_of("albert_masked_lm"), families::albert.wiring, Role::projection));
  CHECK(module_of(config_of("mpnet"), families::mpnet.wiring, Role::relative_bias)->weight.shape ==
        Shape{32, 2});
}

TEST_CASE("layers that share weights are told together, all others alone") {
  using Layers = std::vector<std::vector<std::size_t>>;
  CHECK(layers_sharing(config_of("bert"), families::bert.wiring) == Layers{{0}, {1}});
  CHECK(layers_sharing(config_of("albert"), families::albert.wiring) == Layers{{0, 2}, {1, 3}, {4}, {5}});
  CHECK(layers_sharing(config_of("albert_masked_lm"), families::albert.wiring) == Layers{{0, 1}});
}
