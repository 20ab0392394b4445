// What a report is made from.
#pragma once

#include <string>

#include "model/forward.h"
#include "model/inputs.h"
#include "model/model.h"
#include "tokenizer/tokenizer.h"

namespace mha {

/// One finished run, borrowed from where its stages left it.
struct Run {
  const Model& model;
  const Inputs& inputs;
  const Tokenizer* tokenizer;  ///< null when ids were given as numbers
  const ForwardOptions& options;
  const Dimensions& dimensions;
};

/// A scalar of the run that --get and --expect know, such as head_dim.
struct DimensionName {
  std::string_view name;
  std::string_view meaning;
  std::string (*text)(const Run&);
};

const std::vector<DimensionName>& dimension_names();

/// The bare value of a dimension or of a tensor's size ("64", "1x5x768"); throws Error(usage) with the
/// nearest name.
std::string value_text(const Run& run, std::string_view name);

/// Throws as value_text does, before anything is run.
void check_value_name(std::string_view name, bool cross_attention);

/// "causal, window 3, key mask" for the masks in use; empty for none.
std::string mask_text(const MaskRequest& mask);

std::string_view to_text(MaskedRows rows);
std::string_view to_text(DType dtype);

}  // namespace mha
