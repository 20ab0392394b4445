#include "bench/operations.h"

#include "model/work.h"

namespace mha {

double operations_of(const Config& config, What what, const BenchCase& bench_case, bool causal) {
  const auto batch = static_cast<double>(bench_case.batch.value()),
             n = static_cast<double>(bench_case.tokens.value());
  const AttentionShape shape = config.attention();
  if (what == What::gemm) {
    return 2 * batch * n * static_cast<double>(shape.query_features()) * static_cast<double>(shape.embed_dim);
  }
  return batch * layers_operations(config, {n, n, causal ? n * (n + 1) / 2 : n * n});
}

}  // namespace mha
