#include "bench/bench.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/memory.h"
#include "bench/operations.h"
#include "bench/start.h"
#include "bench/timing.h"
#include "model/run_memory.h"

namespace mha {
namespace {

/// What a case takes beside weights, in parts of so many bytes.
std::vector<std::size_t> case_bytes(const Config& config, What what, const BenchCase& bench_case) {
  const std::size_t batch = *bench_case.batch, tokens = *bench_case.tokens;
  const std::size_t padded = kernel::Blocks::padded_tokens(tokens);
  const std::size_t input = element_count({sizeof(float), batch, padded, config.hidden_size});
  if (what == What::gemm) {
    const std::size_t output =
        element_count({sizeof(float), batch, padded, config.attention().query_features()});
    return {input, input, output, output};  // what is left behind full blocks is held joined too
  }
  return {input, work_memory({.config = config,
                              .batch = batch,
                              .queries = tokens,
                              .keys = tokens,
                              .feed_forward = what == What::encoder,
                              .projections = false,
                              .cross_attention = false,
                              .threads = *bench_case.threads})};
}

void check_memory(const BenchModel& model, What what, const std::vector<BenchCase>& cases) {
  for (const BenchCase& bench_case : cases) {
    const std::string name =
        fmt::format("timing a batch of {} x {} tokens", *bench_case.batch, *bench_case.tokens);
    std::size_t sum = made_bytes(model, what);
    require_memory(sum, name);
    for (const std::size_t bytes : case_bytes(model.config, what, bench_case)) {
      require_memory(bytes, name);  // first alone, so that the sum cannot overflow
      require_memory(sum += bytes, name);
    }
  }
}

std::size_t longest_of(const std::vector<BenchCase>& cases) {
  std::size_t longest = 1;
  for (const BenchCase& bench_case : cases) longest = std::max(longest, *bench_case.tokens);
  return longest;
}

/// As many as a run would use.
std::size_t threads_used(const Config& config, const BenchCase& bench_case) {
  const auto n = static_cast<double>(*bench_case.tokens);
  const double layer = attention_work(config.attention(), {n, n, n * n}) + feed_forward_work(config, n);
  return threads_worth(
      layer * static_cast<double>(config.num_layers) * static_cast<double>(*bench_case.batch),
      *bench_case.threads);
}

}  // namespace

Bench::Bench(const BenchRequest& request, const std::vector<BenchCase>& cases) : request_(request) {
  if (request.what == What::memory) memory_.emplace();
  if (!times_model(request.what)) return;
  model_ = load_bench_model(request);
  check_memory(*model_, request.what, cases);
  subject_.emplace(*model_, request.what, longest_of(cases));
}

double Bench::peak_of(std::size_t threads) {
  const auto [place, is_new] = peaks_.try_emplace(threads, 0);
  if (is_new) place->second = peak_flops(threads, request_.seconds);
  return place->second;
}

Measurement Bench::measure_model(const BenchCase& bench_case) {
  const double peak = peak_of(*bench_case.threads);
  const Config& config = model_->config;
  const BenchInput input = bench_input(config, *bench_case.batch, *bench_case.tokens);
  Mask mask;
  mask.queries = mask.keys = *bench_case.tokens;
  mask.causal = config.causal;
  const std::size_t threads = threads_used(config, bench_case);
  const double seconds = time_of(request_.seconds, [&] {
    request_.what == What::gemm ? run_projection(*subject_, input, *bench_case.threads)
                                : run_layers(*subject_, input, mask, threads);
  });
  const double speed = operations_of(config, request_.what, bench_case, config.causal) / seconds;
  return {
      .seconds = seconds, .operations_a_second = speed, .peak_fraction = speed / peak, .bytes_a_second = {}};
}

Measurement Bench::measure(const BenchCase& bench_case) {
  if (times_model(request_.what)) return measure_model(bench_case);
  Measurement result;
  if (request_.what == What::peak) {
    result.operations_a_second = peak_of(*bench_case.threads);
  } else if (request_.what == What::memory) {
    result.seconds = memory_->read_seconds(*bench_case.threads, request_.seconds);
    result.bytes_a_second = static_cast<double>(MemoryToRead::bytes()) / *result.seconds;
  } else {
    result.seconds = start_seconds(bench_case.command, request_.seconds);
  }
  return result;
}

}  // namespace mha
