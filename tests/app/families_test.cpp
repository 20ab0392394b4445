// Checkpoints of every family against Transformers: the folders of tests/golden/families, made by
// families.py.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "support/command.h"
#include "support/stored_tensors.h"

using namespace mha;
using test::check_error;
using test::numbers;
using test::safetensors;
using test::Shell;
using test::StoredTensor;
namespace fs = std::filesystem;

namespace {

using Tensors = std::map<std::string, StoredTensor>;
using Names = std::vector<std::string>;

const fs::path goldens = fs::path(MHA_SOURCE_DIR) / "tests/golden/families";

/// A family's differences from exact numbers may be this much of the largest magnitude where float32
/// PyTorch's own error is smaller, for it is smaller by luck where a tensor has few numbers: eight units in
/// the last place.
constexpr double float32_floor = 8.0 / (1 << 23);

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

Names folders() {
  Names names;
  for (const auto& entry : fs::directory_iterator(goldens)) {
    if (entry.is_directory()) names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  REQUIRE(names.size() > 20);
  return names;
}

/// The command for a folder without its sequences.
std::string command(const std::string& name) { return "mha -q --model " + (goldens / name).string() + ' '; }

/// The options of a folder's sequences, one string a sequence.
std::vector<std::string> sequences(const std::string& name) {
  std::istringstream words(contents(goldens / name / "arguments"));
  std::vector<std::string> options;
  std::size_t types = 0;
  for (std::string option, value; words >> option >> value;) {
    if (option == "--ids") {
      options.push_back("--ids " + value + ' ');
    } else {
      options.at(types++) += option + ' ' + value + ' ';
    }
  }
  return options;
}

/// All layers of a folder's batch, or of what is given in its place.
Tensors run(const Shell& shell, const std::string& name, const std::string& options) {
  shell.output(command(name) + options + "--layers all --save all.safetensors");
  return safetensors(shell.read("all.safetensors"));
}

std::string batch(const std::string& name) {
  std::string options;
  for (const std::string& sequence : sequences(name)) options += sequence;
  return options;
}

struct Difference {
  double largest, magnitude;
};

/// Where the expected number is infinite the other must be the same.
Difference compare(const StoredTensor& actual, const StoredTensor& expected) {
  const std::vector<double> got = numbers(actual), want = numbers(expected);
  REQUIRE(actual.shape == expected.shape);
  Difference difference{0, 0};
  for (std::size_t i = 0; i < want.size(); ++i) {
    if (got[i] == want[i] && std::isinf(want[i])) continue;
    const double error = std::abs(got[i] - want[i]);
    difference.largest = std::isnan(error) ? INFINITY : std::max(difference.largest, error);
    difference.magnitude = std::max(difference.magnitude, std::abs(want[i]));
  }
  return difference;
}

/// The errors of PyTorch in float32: "folder tensor" -> largest difference from float64.
std::map<std::string, double> pytorch_errors() {
  std::istringstream lines(contents(goldens / "float32.tsv"));
  std::map<std::string, double> errors;
  std::string line;
  std::getline(lines, line);
  for (std::string name, tensor, error; std::getline(lines, line);) {
    std::istringstream(line) >> name >> tensor >> error;
    errors[name + ' ' + tensor] = std::stod(error);
  }
  return errors;
}

/// Where row `row` of `alone` (all dimensions but the last; its batch is of one) begins in `all`.
std::size_t place_in_batch(std::size_t row, const Shape& alone, const Shape& all, std::size_t index) {
  std::size_t place = 0, stride = all.back();
  for (std::size_t d = alone.size() - 1; d-- > 1;) {
    place += row % alone[d] * stride;
    row /= alone[d];
    stride *= all[d];
  }
  return place + index * stride;
}

/// Checks that the numbers of sequence `index` of a batch are those it has alone, bit by bit.
void check_same(const StoredTensor& all, const StoredTensor& alone, std::size_t index) {
  const std::vector<double> batch = numbers(all), one = numbers(alone);
  const std::size_t width = alone.shape.back();
  REQUIRE(all.shape.size() == alone.shape.size());
  bool same = true;
  for (std::size_t row = 0; row < one.size() / width; ++row) {
    const auto from =
        batch.begin() + static_cast<std::ptrdiff_t>(place_in_batch(row, alone.shape, all.shape, index));
    same = same && std::equal(from, from + static_cast<std::ptrdiff_t>(width),
                              one.begin() + static_cast<std::ptrdiff_t>(row * width));
  }
  CHECK(same);
}

}  // namespace

TEST_CASE("checkpoints of every family give the numbers of Transformers") {
  const Shell shell;
  const std::map<std::string, double> pytorch = pytorch_errors();
  for (const std::string& name : folders()) {
    CAPTURE(name);
    const Tensors actual = run(shell, name, batch(name));
    for (const auto& golden : safetensors(contents(goldens / name / "expected.safetensors"))) {
      const std::string& tensor = golden.first;
      CAPTURE(tensor);
      REQUIRE(actual.contains(tensor));
      CHECK(actual.at(tensor).dtype == "F32");
      const Difference difference = compare(actual.at(tensor), golden.second);
      CHECK(difference.largest <= 1e-5 * (tensor.ends_with("weights") ? 1 : difference.magnitude));
      CHECK(difference.largest <=
            std::max(3 * pytorch.at(name + ' ' + tensor), float32_floor * difference.magnitude));
    }
  }
}

TEST_CASE("in float64 checkpoints give the exact numbers, from every type of weights") {
  const Shell shell;
  for (const std::string& name : folders()) {
    CAPTURE(name);
    const Tensors actual = run(shell, name, batch(name) + "--dtype float64 ");
    for (const auto& golden : safetensors(contents(goldens / name / "expected.safetensors"))) {
      const std::string& tensor = golden.first;
      CAPTURE(tensor);
      REQUIRE(actual.contains(tensor));
      CHECK(actual.at(tensor).dtype == "F64");
      const Difference difference = compare(actual.at(tensor), golden.second);
      // BLOOM's code has the root of 2 / pi, which its activation needs, to eight digits.
      CHECK(difference.largest <= (name.starts_with("bloom") ? 1e-9 : 1e-12) * difference.magnitude);
    }
  }
}

TEST_CASE("a sequence of a batch has in every layer the very numbers it has alone") {
  const Shell shell;
  for (const std::string& name : folders()) {
    CAPTURE(name);
    const Tensors all = run(shell, name, batch(name));
    const std::vector<std::string> options = sequences(name);
    for (std::size_t i = 0; i < options.size(); ++i) {
      CAPTURE(options[i]);
      const Tensors alone = run(shell, name, options[i]);
      CHECK(alone.size() == all.size());
      for (const auto& one : alone) {
        CAPTURE(one.first);
        check_same(all.at(one.first), one.second, i);
      }
    }
  }
}

TEST_CASE("token types are zero unless they are given") {
  const Shell shell;
  for (const std::string& name : Names{"bert", "electra", "albert"}) {
    CAPTURE(name);
    const Tensors none = run(shell, name, "--ids 5,6,7 ");
    const Tensors zeros = run(shell, name, "--ids 5,6,7 --token-types 0,0,0 ");
    const Tensors ones = run(shell, name, "--ids 5,6,7 --token-types 0,0,1 ");
    CHECK(none.at("final").bytes == zeros.at("final").bytes);
    CHECK(none.at("final").bytes != ones.at("final").bytes);
  }
}

TEST_CASE("what a checkpoint has no embedding for is refused") {
  const Shell shell;
  for (const std::string& name : Names{"bert", "distilbert", "electra", "albert"}) {
    CAPTURE(name);
    check_error(shell.run(command(name) + "--ids 5,6,7,8,9,10,11,12"), 3,
                "8 tokens, but the model has positions for 7");
    check_error(shell.run(command(name) + "--ids 5,41"), 3, "id 41 is not below vocab_size 41");
  }
  check_error(shell.run(command("bert") + "--ids 5,6 --token-types 0,2"), 3,
              "token type 2, but the model has 2");
  check_error(shell.run(command("mpnet") + "--ids 5,6 --token-types 0,1"), 3,
              "token type 1, but the model has none");
}

TEST_CASE("the padding id takes no position where positions count from it") {
  const Shell shell;
  for (const std::string& name : Names{"roberta", "xlm_roberta"}) {
    CAPTURE(name);
    CHECK(shell.run(command(name) + "--ids 5,6,7,8,9,1,1,1,1").status == 0);
    check_error(shell.run(command(name) + "--ids 5,6,7,8,9,10"), 3,
                "6 tokens, but the model has positions for 5");
  }
  CHECK(shell.run(command("mpnet") + "--ids 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15").status == 0);
  check_error(shell.run(command("mpnet") + "--ids 2,3,4,5,6,7,8,9,10,11,12,13,14,15,16"), 3,
              "15 tokens, but the model has positions for 14");
}
