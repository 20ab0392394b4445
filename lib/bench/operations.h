// Floating-point operations, as they are counted: a multiplication and an addition are two.
#pragma once

#include "bench/request.h"
#include "model/config.h"

namespace mha {

/// Of a case on config.num_layers layers with B sequences of n tokens and d = hidden_size = heads * head_dim:
/// layer 8 B n d^2 + 4 B n^2 d; encoder layers * (that + 4 B n d intermediate_size); gemm 2 B n d^2. Other
/// sizes accordingly. With `causal`, of the n^2 pairs those n (n + 1) / 2 that are visible. Softmax, norms
/// and activations do not count. Only where times_model(what).
double operations_of(const Config& config, What what, const BenchCase& bench_case, bool causal);

}  // namespace mha
