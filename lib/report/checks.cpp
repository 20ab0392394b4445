#include "report/checks.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/nearest.h"

namespace mha {
namespace {

/// Rows add up to 1 within this: rounding of a sum of weights stays far below, a wrong softmax far above.
constexpr double row_sum_tolerance = 1e-5;

std::vector<std::string> split_shape(std::string_view text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == 'x' || c == ',') {
      parts.emplace_back();
    } else if (c != ' ' && c != '[' && c != ']' && c != '(' && c != ')') {
      parts.back() += c;
    }
  }
  return parts;
}

bool matches(std::string_view wanted, std::string_view found) {
  if (wanted == found) return true;
  const auto want = split_shape(wanted), have = split_shape(found);
  return want.size() == have.size() &&
         std::equal(want.begin(), want.end(), have.begin(), [](const std::string& w, const std::string& h) {
           return w == "?" || w == "*" || w == h;
         });
}

/// Calls use(index, value) for every number of a tensor, whatever its type.
template <class Use>
void each_value(const Tensor& tensor, Use use) {
  std::visit(
      [&](const auto& buffer) {
        for (std::size_t i = 0; i < buffer.size(); ++i) use(i, static_cast<double>(buffer[i]));
      },
      tensor.values);
}

/// Calls use(name, tensor) for the tensors that were kept, in the order of the data's way through the model.
template <class Use>
void each_tensor(const Trace& trace, Use use) {
  for (const TensorKey& key : activations_of(trace.dimensions)) {
    const auto found = trace.tensors.find(key.key);
    if (found != trace.tensors.end()) use(key.key, found->second);
  }
}

/// Without the sign that a NaN may have.
std::string number_text(double value) { return std::isnan(value) ? "nan" : fmt::format("{}", value); }

bool is_weights(std::string_view name) { return short_name(name) == "weights"; }

/// The worst row of one tensor of weights.
std::optional<std::string> rows_sum_failure_of(const std::string& name, const Tensor& weights) {
  const std::size_t keys = weights.shape.back();
  double sum = 0, worst = 0;
  std::string text;
  bool used = false;
  each_value(weights, [&](std::size_t i, double value) {
    sum += value;
    used = used || value != 0;
    if (i % keys + 1 != keys) return;
    const double error = std::isnan(sum) ? INFINITY : std::abs(sum - 1);
    if (used && error > row_sum_tolerance && error > worst) {
      worst = error;
      Shape row = weights.shape;
      row.pop_back();
      text = fmt::format("{}{} sums to {}, off by {:.3g} (allowed {})", name, position_text(i / keys, row),
                         number_text(sum), error, row_sum_tolerance);
    }
    sum = 0;
    used = false;
  });
  if (text.empty()) return std::nullopt;
  return text;
}

/// Rows of padding and rows that may see no key sum to 0 by intention; any other sum but 1 is a failure.
std::optional<std::string> rows_sum_failure(const Trace& trace) {
  std::optional<std::string> first;
  each_tensor(trace, [&](const std::string& name, const Tensor& tensor) {
    if (!first && is_weights(name)) first = rows_sum_failure_of(name, tensor);
  });
  return first;
}

std::optional<std::string> finite_failure(const Trace& trace) {
  std::size_t count = 0;
  std::string first;
  each_tensor(trace, [&](const std::string& name, const Tensor& tensor) {
    each_value(tensor, [&](std::size_t i, double value) {
      // A masked score is -inf by definition.
      if (std::isfinite(value) || (short_name(name) == "scores" && value == -INFINITY)) return;
      if (count++ > 0) return;
      first = fmt::format("{}{} is {}", name, position_text(i, tensor.shape), number_text(value));
    });
  });
  if (count == 0) return std::nullopt;
  return fmt::format("{} ({} numbers in all are not finite)", first, count);
}

const std::vector<Check>& catalogue() {
  static const std::vector<Check> all = {
      {"rows-sum-1", "each row of weights sums to 1, but for rows that are all 0",
       [](const TensorName& tensor) { return is_weights(tensor.name); }, rows_sum_failure},
      {"finite", "no tensor holds NaN or infinity, masked scores apart",
       [](const TensorName&) { return true; }, finite_failure},
  };
  return all;
}

}  // namespace

std::optional<std::string> failure_of(const Expectation& expectation, const Run& run) {
  const std::string found = value_text(run, expectation.name);
  if (matches(expectation.value, found)) return std::nullopt;
  return fmt::format("expected {} = {}, found {}", expectation.name, expectation.value, found);
}

std::span<const Check> checks() { return catalogue(); }

const Check& find_check(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Check& check : catalogue()) {
    if (check.name == name) return check;
    names.push_back(check.name);
  }
  fail(Status::usage, "--check {}: no such check{}; there are: {}", name, did_you_mean(name, names),
       fmt::join(names, ", "));
}

}  // namespace mha
