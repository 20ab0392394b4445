// What a report is made from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/forward.h"
#include "model/inputs.h"
#include "model/model.h"
#include "report/presentation.h"
#include "tokenizer/tokenizer.h"

namespace mha {

/// One finished run, borrowed from where its stages left it.
struct Run {
  const Model& model;
  const Inputs& inputs;
  const Tokenizer* tokenizer;  ///< null when ids were given as numbers
  const ForwardOptions& options;
  const Trace& trace;
  const Presentation& presentation;

  const Dimensions& dimensions() const { return trace.dimensions; }
};

/// A scalar of the run that --get and --expect know, such as head_dim.
struct DimensionName {
  std::string_view name;
  std::string_view meaning;
  bool is_number;
  bool (*exists)(const RunKind&);
  std::string (*text)(const Run&);  ///< of a run where it exists
};

const std::vector<DimensionName>& dimension_names();

/// The bare value of a dimension, or of the size of a tensor, the same in every layer that the name stands
/// for ("64", "1x5x768"). Throws Error(usage) with the nearest name, or if this run has no such value.
std::string value_text(const Run& run, std::string_view name);

/// Throws Error(usage) as value_text does, before anything is computed.
void check_value(std::string_view name, const Dimensions& dimensions);

/// True if a run of that kind has a dimension of that name.
bool has_dimension(std::string_view name, const RunKind& kind);

/// Throws Error(usage) for a name that no run of that kind can have, before anything is read.
void check_value_name(std::string_view name, const RunKind& kind);

/// "0,3-5" for the numbers.
std::string ranges_text(const std::vector<std::size_t>& numbers);

/// "causal, window 3, key mask" for the masks in use, with what is the model's own and what overrides it;
/// empty for none.
std::string mask_text(const Run& run);

/// The windows that the layers looked at have.
std::vector<std::optional<std::size_t>> windows_of(const Run& run);

std::string_view to_text(MaskedRows rows);
std::string_view to_text(DType dtype);

}  // namespace mha
