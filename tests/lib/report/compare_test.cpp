#include "report/compare.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "support/numbers.h"

using namespace mha;

namespace {

double from_hex(JsonValue value) { return std::strtod(std::string(*value.string()).c_str(), nullptr); }

/// Numbers of the golden file, of its type.
class Numbers {
 public:
  Numbers(JsonValue values, std::string_view type) : wide_(type == "f8") {
    values.each_item([&](JsonValue value) {
      doubles_.push_back(from_hex(value));
      floats_.push_back(static_cast<float>(doubles_.back()));
    });
  }
  TensorView view() const {
    if (!wide_) return {{floats_.size()}, floats_};
    return {{doubles_.size()}, ElementType::float64, std::as_bytes(std::span(doubles_)).data()};
  }

 private:
  bool wide_;
  std::vector<float> floats_;
  std::vector<double> doubles_;
};

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || a == b || std::abs(a - b) <= 1e-12 * std::abs(b);
}

TensorView view_of(const std::vector<float>& values) { return {{values.size()}, values}; }

}  // namespace

TEST_CASE("tensors are as far apart as numpy finds them") {
  const std::string path = MHA_SOURCE_DIR "/tests/golden/compare.json";
  const JsonDocument document(read_file(path, 1 << 20), path);
  std::size_t cases = 0;
  document.root().find("cases")->each_item([&](JsonValue each) {
    ++cases;
    CAPTURE(cases);
    const auto member = [&](const char* name) { return *each.find(name); };
    const Numbers a(member("a"), *member("type_a").string()), b(member("b"), *member("type_b").string());
    const Difference found = compare(a.view(), b.view(),
                                     {.atol = *member("atol").number(),
                                      .rtol = *member("rtol").number(),
                                      .equal_nan = *member("equal_nan").boolean()});
    const auto expected = [&](const char* name) { return *member("expected").find(name); };
    CHECK(found.count == member("a").size());
    CHECK(found.unequal == *expected("unequal").natural());
    CHECK(found.beyond == *expected("beyond").natural());
    CHECK(same(found.absolute.value, from_hex(expected("max_abs"))));
    CHECK(found.absolute.at == *expected("max_abs_at").natural());
    CHECK(same(found.relative.value, from_hex(expected("max_rel"))));
    CHECK(found.relative.at == *expected("max_rel_at").natural());
    CHECK(found.ulps.value == *expected("ulps").natural());
    CHECK(same(found.mean_absolute, from_hex(expected("mean_abs"))));
    CHECK(same(found.cosine, from_hex(expected("cosine"))));
  });
  CHECK(cases == 28);
}

TEST_CASE("the last number of a long tensor counts as the first does") {
  std::vector<float> a = test::normals(10'001, 1), b = a;
  CHECK(compare(view_of(a), view_of(b), {}).unequal == 0);
  b.back() += 1;
  const Difference found = compare(view_of(a), view_of(b), {});
  CHECK(found.count == 10'001);
  CHECK(found.unequal == 1);
  CHECK(found.absolute.at == 10'000);
  CHECK(found.mean_absolute == doctest::Approx(1.0 / 10'001));
}

TEST_CASE("tensors without numbers, and equal ones, have a cosine of just 1") {
  CHECK(compare(view_of({}), view_of({}), {}).cosine == 1);
  const std::vector<float> values = test::normals(1000, 2), zeros(5);
  CHECK(compare(view_of(values), view_of(values), {}).cosine == 1);
  CHECK(compare(view_of(zeros), view_of(zeros), {}).cosine == 1);
}

TEST_CASE("16-bit numbers are compared as the floats that they are") {
  const std::uint16_t bits[] = {0x3F80, 0x4000};  // 1 and 2 in bfloat16
  const std::vector<float> floats = {1, 2};
  const TensorView stored({2}, ElementType::bfloat16, std::as_bytes(std::span(bits)).data());
  CHECK(compare(stored, view_of(floats), {}).unequal == 0);
}
