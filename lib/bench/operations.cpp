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
  double work = attention_work(shape, {n, n, causal ? n * (n + 1) / 2 : n * n});
  if (what == What::encoder) work += feed_forward_work(config, n);
  return 2 * batch * static_cast<double>(config.num_layers) * work;
}

}  // namespace mha
