#include "bench/lines.h"

#include <fmt/format.h>

#include <optional>

#include "base/json.h"
#include "base/json_optional.h"
#include "base/utf8.h"
#include "kernel/targets.h"

namespace mha {
namespace {

std::optional<double> times(const std::optional<double>& value, double factor) {
  return value ? std::optional(*value * factor) : std::nullopt;
}

std::string figure_text(double figure) {
  return figure < 1000 ? fmt::format("{:#.4g}", figure) : fmt::format("{:.0f}", figure);
}

/// A column of the text, there if its cell has a meaning for what is timed.
struct Column {
  const char* name;
  std::size_t width;
  bool (*has_part)(What);
  std::string (*cell)(const BenchCase&, const Measurement&);
};

constexpr Column columns[] = {
    {"batch", 5, times_model,
     [](const BenchCase& c, const Measurement&) { return fmt::format("{}", *c.batch); }},
    {"tokens", 6, times_model,
     [](const BenchCase& c, const Measurement&) { return fmt::format("{}", *c.tokens); }},
    {"threads", 7, [](What what) { return what != What::start; },
     [](const BenchCase& c, const Measurement&) { return fmt::format("{}", *c.threads); }},
    {"ms", 10, [](What what) { return what != What::peak; },
     [](const BenchCase&, const Measurement& m) { return figure_text(*m.seconds * 1e3); }},
    {"GFLOP/s", 9, [](What what) { return times_model(what) || what == What::peak; },
     [](const BenchCase&, const Measurement& m) { return figure_text(*m.operations_a_second * 1e-9); }},
    {"of peak", 7, times_model,
     [](const BenchCase&, const Measurement& m) { return fmt::format("{:.1f}%", *m.peak_fraction * 100); }},
    {"GB/s", 7, [](What what) { return what == What::memory; },
     [](const BenchCase&, const Measurement& m) { return figure_text(*m.bytes_a_second * 1e-9); }},
    {"command", 0, [](What what) { return what == What::start; },
     [](const BenchCase& c, const Measurement&) { return fmt::format("mha {}", c.command); }},
};

/// text(column) of each that is there, figures right-aligned.
template <class Text>
std::string row_text(What what, Text text) {
  std::string row;
  for (const Column& column : columns) {
    if (!column.has_part(what)) continue;
    row += fmt::format("{}{:>{}}", row.empty() ? "" : "  ", text(column), column.width);
  }
  return row + '\n';
}

/// A number, or null.
template <class Number>
std::string json_number(const std::optional<Number>& number) {
  return number ? fmt::format("{:.6}", static_cast<double>(*number)) : "null";
}

/// The sizes of the layers, as far as they have a part.
std::string sizes_json(const BenchModel* model, What what) {
  const auto size = [&](std::size_t Config::*member, bool has_part = true) {
    return model != nullptr && has_part ? json_or_null(std::optional(model->config.*member)) : "null";
  };
  return fmt::format(
      R"("hidden_size":{},"num_heads":{},"num_kv_heads":{},"head_dim":{},"layers":{},"intermediate_size":{})",
      size(&Config::hidden_size), size(&Config::num_attention_heads), size(&Config::num_key_value_heads),
      size(&Config::head_dim), size(&Config::num_layers, what != What::gemm),
      size(&Config::intermediate_size, what == What::encoder));
}

std::string sizes_text(const BenchModel& model, const BenchRequest& request) {
  const Config& config = model.config;
  std::string text =
      fmt::format(": hidden_size {} num_heads {} num_kv_heads {} head_dim {}", config.hidden_size,
                  config.num_attention_heads, config.num_key_value_heads, config.head_dim);
  if (request.what == What::encoder) {
    text += fmt::format(" layers {} intermediate_size {}", config.num_layers, config.intermediate_size);
  }
  if (config.causal) text += " causal";
  return text + (model.checkpoint ? " of " + utf8::printable(model.checkpoint->name) : " random weights");
}

}  // namespace

std::string heading_text(const BenchSetting& setting) {
  std::string text = fmt::format("{} on {}", to_text(setting.request.what), kernel::target_in_use().name);
  if (setting.model != nullptr) text += sizes_text(*setting.model, setting.request);
  return text + '\n' +
         row_text(setting.request.what, [](const Column& column) { return std::string(column.name); });
}

std::string line_text(const BenchSetting& setting, const BenchCase& bench_case, const Measurement& measured) {
  return row_text(setting.request.what,
                  [&](const Column& column) { return column.cell(bench_case, measured); });
}

std::string line_json(const BenchSetting& setting, const BenchCase& bench_case, const Measurement& measured) {
  const BenchRequest& request = setting.request;
  const bool named = setting.model != nullptr && setting.model->checkpoint;
  return fmt::format(
      R"({{"what":"{}","batch":{},"tokens":{},"threads":{},"ms":{},"gflops":{},"peak_fraction":{},)"
      R"("gb_per_s":{},"target":"{}",{},"causal":{},"model":{},"command":{}}})"
      "\n",
      to_text(request.what), json_or_null(bench_case.batch), json_or_null(bench_case.tokens),
      json_or_null(bench_case.threads), json_number(times(measured.seconds, 1e3)),
      json_number(times(measured.operations_a_second, 1e-9)), json_number(measured.peak_fraction),
      json_number(times(measured.bytes_a_second, 1e-9)), kernel::target_in_use().name,
      sizes_json(setting.model, request.what), setting.model != nullptr && setting.model->config.causal,
      named ? json_quote(setting.model->checkpoint->name) : "null",
      bench_case.command.empty() ? "null" : json_quote(fmt::format("mha {}", bench_case.command)));
}

}  // namespace mha
