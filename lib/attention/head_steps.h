// What is done to query and key between projection and attention.
#pragma once

#include <optional>
#include <vector>

#include "attention/job.h"
#include "kernel/norm.h"

namespace mha {

/// Norms, whose weights are made into floats once, and rotation, block by block.
class HeadSteps {
 public:
  HeadSteps(const Job& job, const std::optional<HeadNorms>& norms);

  /// In place, for the heads that the results hold. Does nothing where there is nothing to do.
  void apply(std::vector<AttentionResult>& results) const;

 private:
  const Job& job_;
  std::optional<kernel::Normalizer> query_norm_, key_norm_;
};

}  // namespace mha
