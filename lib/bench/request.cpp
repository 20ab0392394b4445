#include "bench/request.h"

#include <algorithm>

#include "base/error.h"
#include "base/parallel.h"
#include "bench/start.h"

namespace mha {
namespace {

struct Part {
  const char* option;
  bool given, has_part;
};

std::vector<std::size_t> default_threads() {
  const std::size_t all = available_threads();
  return all == 1 ? std::vector<std::size_t>{1} : std::vector<std::size_t>{1, all};
}

}  // namespace

std::string_view to_text(What what) {
  return std::find_if(std::begin(bench_kinds), std::end(bench_kinds),
                      [&](const BenchKind& kind) { return kind.what == what; })
      ->name;
}

void check_request(const BenchRequest& request) {
  const bool model = times_model(request.what), encoder = request.what == What::encoder;
  const bool attention = encoder || request.what == What::layer, start = request.what == What::start;
  const ConfigRequest& sizes = request.model.config;
  const Part parts[] = {
      {"--tokens", request.tokens.has_value(), model},
      {"--batch", request.batch.has_value(), model},
      {"--threads", request.threads.has_value(), !start},
      {"--hidden-size", sizes.hidden_size.has_value(), model},
      {"--num-heads", sizes.num_heads.has_value(), model},
      {"--num-kv-heads", sizes.num_kv_heads.has_value(), model},
      {"--head-dim", sizes.head_dim.has_value(), model},
      {"--layers", request.layers.has_value(), encoder},
      {"--intermediate-size", request.intermediate_size.has_value(), encoder},
      {"--causal", request.causal, attention},
      {"--target", request.target.has_value(), !start},
  };
  for (const Part& part : parts) {
    if (!part.given || part.has_part) continue;
    fail(Status::usage, "{} has no part in --what {}; leave it out", part.option, to_text(request.what));
  }
}

std::vector<BenchCase> cases_of(const BenchRequest& request) {
  std::vector<BenchCase> cases;
  if (request.what == What::start) {
    for (std::string_view command : start_commands) cases.push_back({.command = command});
    return cases;
  }
  for (const std::size_t threads : request.threads.value_or(default_threads())) {
    if (!times_model(request.what)) {
      cases.push_back({.threads = threads});
      continue;
    }
    for (const std::size_t batch : request.batch.value_or(std::vector<std::size_t>{1})) {
      for (const std::size_t tokens :
           request.tokens.value_or(std::vector<std::size_t>{5, 16, 64, 128, 512, 2048})) {
        cases.push_back({.batch = batch, .tokens = tokens, .threads = threads});
      }
    }
  }
  return cases;
}

}  // namespace mha
