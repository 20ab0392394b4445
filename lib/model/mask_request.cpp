#include "model/mask_request.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace mha {
namespace {

using Masks = std::vector<std::vector<std::uint8_t>>;

/// A mask may be as long as its sequence, or as long as the batch is padded to.
void check_token_masks(const char* option, const Masks& masks, const Inputs& inputs, std::size_t padded,
                       bool of_keys) {
  const std::size_t batch = inputs.sequences.size();
  if (masks.empty()) return;
  if (masks.size() != 1 && masks.size() != batch) {
    fail(Status::data, "{} is given {} times for {} sequences; give it once for all, or once for each",
         option, masks.size(), batch);
  }
  for (std::size_t i = 0; i < batch; ++i) {
    const std::size_t tokens = (of_keys ? inputs.keys_of(i) : inputs.sequences[i]).tokens.size();
    const std::size_t size = (masks.size() == 1 ? masks[0] : masks[i]).size();
    if (size == tokens || size == padded) continue;
    fail(Status::data, "{} has {} values, but sequence {} has {} {}; give one 0 or 1 for each", option, size,
         i + 1, tokens, of_keys ? "keys" : "tokens");
  }
}

void check_general(const GeneralMask& mask, const Dimensions& d) {
  const Shape full = {d.batch, d.config.num_attention_heads, d.queries, d.keys};
  Shape wanted = full;
  if (mask.shape.size() == 2) wanted = {full[2], full[3]};
  if (mask.shape.size() == 3) wanted = {full[0], full[2], full[3]};
  const std::size_t leading = wanted.size() - 2;
  bool fits = mask.shape.size() >= 2 && mask.shape.size() <= 4;
  for (std::size_t i = 0; fits && i < wanted.size(); ++i) {
    fits = mask.shape[i] == wanted[i] || (i < leading && mask.shape[i] == 1);
  }
  if (fits) return;
  fail(Status::data,
       "{}: the mask is {}, but this run needs {}x{}, {}x{}x{} or {} (tokens x keys, batch, heads)",
       mask.source, to_string(mask.shape), full[2], full[3], full[0], full[2], full[3], to_string(full));
}

std::vector<std::uint8_t> pick(const Masks& masks, std::size_t index, std::size_t tokens) {
  if (masks.empty()) return {};
  std::vector<std::uint8_t> mask = masks.size() == 1 ? masks[0] : masks[index];
  mask.resize(tokens);
  return mask;
}

}  // namespace

GeneralMask to_general_mask(const Tensor& tensor, std::string source) {
  GeneralMask mask{std::move(source), tensor.shape, {}};
  const auto values = tensor.as<double>();
  mask.values.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] != 0 && values[i] != 1) {
      fail(Status::data, "{}: {} at {}; a mask holds 1 (attend) and 0 (do not){}", mask.source, values[i],
           position_text(i, tensor.shape), std::isinf(values[i]) ? ", it is not added to the scores" : "");
    }
    mask.values.push_back(values[i] != 0 ? 1 : 0);
  }
  return mask;
}

void check_masks(const MaskRequest& request, const Inputs& inputs, const Dimensions& dimensions) {
  check_token_masks("--query-mask", request.query_masks, inputs, dimensions.queries, false);
  check_token_masks("--key-mask", request.key_masks, inputs, dimensions.keys, true);
  if (request.general) check_general(*request.general, dimensions);
}

Mask mask_of(const MaskRequest& request, const Inputs& inputs, const Dimensions& dimensions,
             std::size_t index) {
  Mask mask;
  mask.queries = inputs.sequences[index].tokens.size();
  mask.keys = inputs.keys_of(index).tokens.size();
  mask.causal = request.causal;
  mask.window = request.window;
  mask.query = pick(request.query_masks, index, mask.queries);
  mask.key = pick(request.key_masks, index, mask.keys);
  if (!request.general) return mask;
  const GeneralMask& general = *request.general;
  const std::size_t rank = general.shape.size();
  const std::size_t map = dimensions.queries * dimensions.keys;
  const std::size_t heads = rank == 4 ? general.shape[1] : 1;
  const std::size_t sequence = rank > 2 && general.shape[0] > 1 ? index : 0;
  mask.general = std::span(general.values).subspan(sequence * heads * map, heads * map);
  mask.row_stride = dimensions.keys;
  mask.head_stride = heads > 1 ? map : 0;
  return mask;
}

}  // namespace mha
