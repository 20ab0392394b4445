#include <fmt/format.h>

#include "app/topics/topics.h"
#include "model/tensors.h"
#include "report/checks.h"
#include "report/report.h"

namespace mha {
namespace {

std::string tensors_text(const std::vector<TensorName>& tensors) {
  std::vector<TopicRow> rows;
  for (const TensorName& tensor : tensors) {
    rows.push_back({fmt::format("{:<14} {:<26}", tensor.name, tensor.shape), std::string(tensor.meaning)});
  }
  return rows_text(rows);
}

}  // namespace

std::string names_topic(const CommandTable&) {
  std::vector<TopicRow> values, properties;
  for (const DimensionName& dimension : dimension_names()) {
    values.push_back({std::string(dimension.name), std::string(dimension.meaning)});
  }
  for (const Check& check : checks()) {
    properties.push_back({std::string(check.name), std::string(check.meaning)});
  }
  return R"(Tensors, for --save, --get, --expect and diff: B sequences of up to T tokens that attend to up to S tokens; H heads,
H_kv of keys and values, those of --heads.

)" + tensors_text(activation_names()) +
         "\nSummed up over heads and layers:\n\n" + tensors_text(summary_names()) + R"(
With --model, what is there once a layer is named layers.3.weights; the short name weights stands for that of every
layer of --layers.

The Linears of random weights:

)" + tensors_text(parameter_names()) +
         "\nValues, for --get and --expect beside the sizes of tensors:\n\n" + rows_text(values) +
         "\nProperties, for --check:\n\n" + rows_text(properties);
}

}  // namespace mha
