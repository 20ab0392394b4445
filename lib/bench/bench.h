// Times what is asked for, case by case.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "bench/machine.h"
#include "bench/request.h"
#include "bench/subject.h"

namespace mha {

/// What a case gave; what has no meaning for it is not set.
struct Measurement {
  std::optional<double> seconds;              ///< of one repetition
  std::optional<double> operations_a_second;  ///< operations.h
  std::optional<double> peak_fraction;        ///< of peak_flops with as many threads
  std::optional<double> bytes_a_second;
};

/// Holds what the cases have in common. The instruction set in use must not change while it lives.
class Bench {
 public:
  /// Looks at all cases first: throws Error(limit) for one that needs more memory than there is, before any
  /// is taken, and Error as load_model.
  Bench(const BenchRequest& request, const std::vector<BenchCase>& cases);

  /// The model whose sizes matter, or none.
  const BenchModel* model() const { return model_ ? &*model_ : nullptr; }

  Measurement measure(const BenchCase& bench_case);

 private:
  double peak_of(std::size_t threads);
  Measurement measure_model(const BenchCase& bench_case);

  const BenchRequest& request_;
  std::optional<BenchModel> model_;
  std::optional<Subject> subject_;
  std::optional<MemoryToRead> memory_;
  std::map<std::size_t, double> peaks_;  ///< by number of threads
};

}  // namespace mha
