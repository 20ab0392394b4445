#include "report/tensor_stats.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "base/file.h"
#include "base/json.h"
#include "checkpoint/safetensors.h"
#include "support/folder.h"
#include "support/npy.h"
#include "support/safetensors.h"

using namespace mha;

namespace {

/// Sums are made in another order than numpy's: a few units in the last place of the largest number.
bool is_near(double found, double expected, double magnitude) {
  return std::abs(found - expected) <= 4 * std::numeric_limits<double>::epsilon() * magnitude;
}

void check_number(const std::optional<double>& found, JsonValue expected, double magnitude = 0) {
  CHECK(found.has_value() == !expected.is_null());
  if (found) CHECK(is_near(*found, *expected.number(), magnitude));
}

std::optional<std::size_t> flat_index(JsonValue position, const Shape& shape) {
  if (position.is_null()) return std::nullopt;
  std::size_t index = 0, axis = 0;
  position.each_item([&](JsonValue place) { index = index * shape[axis++] + *place.natural(); });
  return index;
}

}  // namespace

TEST_CASE("statistics of tensors of every dtype that has any are numpy's") {
  const std::string golden = MHA_SOURCE_DIR "/tests/golden/inspection";
  const SafetensorsFile file(golden + ".safetensors");
  const JsonDocument document(read_file(golden + ".json", 1 << 20), "inspection.json");
  std::size_t seen = 0;
  document.root().find("numbers")->each_member([&](std::string_view name, JsonValue expected) {
    CAPTURE(name);
    ++seen;
    const FoundTensor tensor = file.find(name);
    REQUIRE(has_stats(*tensor.tensor.type));
    const TensorStats stats = tensor_stats(tensor);
    const auto natural = [&](const char* key) { return *expected.find(key)->natural(); };
    CHECK(stats.count == natural("count"));
    CHECK(stats.zeros == natural("zeros"));
    CHECK(stats.nans == natural("nan"));
    CHECK(stats.infinities == natural("inf"));
    CHECK(stats.first_bad == flat_index(*expected.find("first_bad"), tensor.tensor.shape));
    check_number(stats.min, *expected.find("min"));
    check_number(stats.max, *expected.find("max"));
    const double magnitude = std::max(std::abs(stats.min.value_or(0)), std::abs(stats.max.value_or(0)));
    check_number(stats.mean, *expected.find("mean"), magnitude);
    check_number(stats.deviation, *expected.find("std"), magnitude);
  });
  CHECK(seen == file.names().size());
}

TEST_CASE("numbers far from zero keep their deviation, however many there are") {
  const test::Folder folder;
  std::vector<float> numbers(100'001);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = 1e6f + static_cast<float>(i % 2);
  folder.write("a.safetensors", test::safetensors({{"a", "F32", {numbers.size()}, test::bytes_of(numbers)}}));
  const SafetensorsFile file(folder.path("a.safetensors"));
  const TensorStats stats = tensor_stats(file.find("a"));
  const double n = 100'001, p = 50'000 / n;
  CHECK(*stats.mean == doctest::Approx(1e6 + p).epsilon(1e-15));
  CHECK(*stats.deviation == doctest::Approx(std::sqrt(p * (1 - p))).epsilon(1e-12));
}

TEST_CASE("dtypes without arithmetic here have no statistics") {
  for (const StoredType& type : stored_types) {
    CAPTURE(type.name);
    const bool small = type.bits < 16 && type.kind == NumberKind::real;
    CHECK(has_stats(type) == (!small && type.kind != NumberKind::complex));
  }
}
