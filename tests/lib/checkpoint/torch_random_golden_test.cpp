// Bit for bit against PyTorch: tests/golden/torch_random/models.txt, made by torch_random.py beside it.
#include <doctest/doctest.h>

#include <bit>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "checkpoint/torch_random.h"
#include "support/command.h"
#include "support/each_target.h"

using namespace mha;

namespace {

/// A module, and the sums and first bits that PyTorch gave.
struct Golden {
  RandomModule module;
  std::uint64_t weight = 0, bias = 0;
  std::vector<std::uint32_t> first;
};

struct Model {
  std::string title;
  std::uint64_t seed = 0;
  std::vector<Golden> modules;
};

Golden read_embedding(std::istream& line) {
  RandomEmbedding embedding;
  Golden golden;
  line >> embedding.name >> embedding.rows >> embedding.columns >> std::hex >> golden.weight;
  golden.module = embedding;
  return golden;
}

Golden read_linear(std::istream& line) {
  RandomLinear linear;
  Golden golden;
  line >> linear.name >> linear.stacked_rows >> linear.first_row >> linear.rows >> linear.columns;
  line >> std::hex >> golden.weight >> golden.bias;
  golden.module = linear;
  return golden;
}

/// As torch.manual_seed reads it: a negative seed counts as seed + 2^64.
std::uint64_t read_seed(std::istream& line) {
  std::string text;
  line >> text;
  return text[0] == '-' ? static_cast<std::uint64_t>(std::stoll(text)) : std::stoull(text);
}

std::vector<Model> read_models() {
  std::ifstream file(MHA_SOURCE_DIR "/tests/golden/torch_random/models.txt");
  std::vector<Model> models;
  for (std::string text; std::getline(file, text);) {
    std::istringstream line(text);
    std::string kind;
    line >> kind;
    if (kind == "#") continue;
    if (kind == "model") {
      Model& model = models.emplace_back();
      line >> model.title;
      model.seed = read_seed(line);
      continue;
    }
    Golden golden = kind == "linear" ? read_linear(line) : read_embedding(line);
    for (std::uint32_t bits; line >> bits;) golden.first.push_back(bits);
    REQUIRE_FALSE(golden.first.empty());
    models.back().modules.push_back(golden);
  }
  return models;
}

std::uint64_t checksum(std::span<const float> values) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    sum += std::bit_cast<std::uint32_t>(values[i]) * (2 * i + 1);
  return sum;
}

void check_bits(std::span<const float> values, const Golden& golden) {
  REQUIRE(golden.first.size() <= values.size());
  for (std::size_t i = 0; i < golden.first.size(); ++i) {
    CHECK(std::bit_cast<std::uint32_t>(values[i]) == golden.first[i]);
  }
  CHECK(checksum(values) == golden.weight);
}

void check(const TorchRandom& source, const RandomEmbedding& embedding, const Golden& golden) {
  check_bits(source.get(embedding.name, {embedding.rows, embedding.columns}).floats(), golden);
}

void check(const TorchRandom& source, const RandomLinear& linear, const Golden& golden) {
  const auto weight = source.get(linear.name + ".weight", {linear.stacked_rows, linear.columns}).floats();
  check_bits(weight.subspan(linear.first_row * linear.columns, linear.rows * linear.columns), golden);
  const auto bias = source.get(linear.name + ".bias", {linear.stacked_rows}).floats();
  CHECK(checksum(bias.subspan(linear.first_row, linear.rows)) == golden.bias);
}

/// For norms nothing is drawn.
void check(const TorchRandom& source, const RandomNorm& norm, const Golden&) {
  for (const float weight : source.get(norm.name, {norm.features}).floats()) CHECK(weight == 1);
}

void check(const Model& model) {
  CAPTURE(model.title);
  CAPTURE(model.seed);
  std::vector<RandomModule> order;
  for (const Golden& golden : model.modules) order.push_back(golden.module);
  const TorchRandom source(order, model.seed);
  for (const Golden& golden : model.modules) {
    std::visit([&](const auto& module) { check(source, module, golden); }, golden.module);
  }
}

}  // namespace

TEST_CASE("weights equal PyTorch's in every bit, on every instruction set") {
  const std::vector<Model> models = read_models();
  REQUIRE(models.size() > 50);
  // Sanitizers take minutes for all, and see in some what they would see in the others.
  const std::size_t step = test::sanitized ? 4 : 1;
  test::each_target([&] {
    for (std::size_t i = 0; i < models.size(); i += step) check(models[i]);
  });
}
