// What is told of a checkpoint that was looked into.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/inspection.h"
#include "report/tensor_stats.h"

namespace mha {

struct InspectOptions {
  std::size_t tokens = 128;         ///< of the run whose cost is told
  bool all_tensors = false;         ///< list them
  std::vector<std::string> chosen;  ///< or these alone: names, or patterns with * and ? (fnmatch)
  bool stats = false;               ///< read the numbers of those that are listed
};

/// A tensor that is listed, and what its numbers are like if they were read.
struct ListedTensor {
  const HeldTensor& held;
  std::optional<TensorStats> stats;
};

/// The tensors to list; numbers are read where stats are asked for and the dtype has any. Throws
/// Error(usage), with the nearest names, for what names none.
std::vector<ListedTensor> listed_tensors(const Inspection& inspection, const InspectOptions& options);

/// Sizes, parameters by role, bytes by dtype, the cost of a run, and what is missing, misshapen or unused.
std::string inspection_text(const Inspection& inspection, const InspectOptions& options);

/// A line a tensor below a line of headings.
std::string tensors_text(const Inspection& inspection, const std::vector<ListedTensor>& tensors);

/// One document with all of it; "tensors" is null where none were asked for.
std::string inspection_json(const Inspection& inspection, const InspectOptions& options,
                            const std::vector<ListedTensor>& tensors);

/// What keeps a run that uses all layers from the model: "2 tensors are missing; the first is ...". Nothing
/// if nothing does, or if there is no config.json to say what the model is.
std::optional<std::string> inspection_failure(const Inspection& inspection);

}  // namespace mha
