// What is to be timed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"

namespace mha {

enum class What { layer, encoder, gemm, peak, memory, start };

/// The catalogue of --what.
struct BenchKind {
  std::string_view name;
  What what;
  std::string_view meaning;
};

inline constexpr BenchKind bench_kinds[] = {
    {"layer", What::layer, "attention: QKV projection, scores, softmax, weights * values, output projection"},
    {"encoder", What::encoder, "whole layers, with feed-forward and norms, one after the other"},
    {"gemm", What::gemm, "the query projection alone, a product of matrices"},
    {"peak", What::peak, "multiply-adds in registers alone: what peak_fraction is a fraction of"},
    {"memory", What::memory, "reading memory, in GB/s"},
    {"start", What::start, "starting this program, end to end"},
};

/// The name in the catalogue.
std::string_view to_text(What what);

/// True for what works on the layers of a model.
constexpr bool times_model(What what) {
  return what == What::layer || what == What::encoder || what == What::gemm;
}

inline constexpr double default_bench_seconds = 0.5;
inline constexpr std::size_t default_bench_layers = 12, max_bench_layers = 65536;

/// As asked for; what is left open has the default that the functions below give.
struct BenchRequest {
  What what = What::layer;
  ModelRequest model;                                    ///< the seed has no part
  std::optional<std::size_t> layers, intermediate_size;  ///< of random weights
  std::optional<std::vector<std::size_t>> tokens, batch, threads;
  bool causal = false;
  double seconds = default_bench_seconds;  ///< a case is repeated for so long
  std::optional<std::string> target;
};

/// Throws Error(usage) that names an option which has no part in what is to be timed.
void check_request(const BenchRequest& request);

/// One line of the result: `batch` sequences of `tokens` tokens each. What has no part is not set.
struct BenchCase {
  std::optional<std::size_t> batch = {}, tokens = {}, threads = {};
  std::string_view command = {};  ///< the arguments of what is started
};

/// All combinations that are asked for. Tokens: 5 to 2048; batch 1; threads 1 and all processors by default.
std::vector<BenchCase> cases_of(const BenchRequest& request);

}  // namespace mha
