// Numbers from files in place of text, and the model that they enter.
#pragma once

#include "app/options.h"
#include "model/given.h"
#include "model/mask_request.h"
#include "model/model.h"

namespace mha {

/// Throws Error(usage) for files of numbers that do not go together, or with what goes with texts.
void check_own_inputs(const Options& options);

/// The tensors of --embeddings [B, T, embed_dim] or --query, --key, --value [B, H, T, head_dim], which may
/// come without B; nothing where none is named. Of a file of several tensors the one of the option's name is
/// taken: "query", or the only one of that short name, "layers.3.query". Their numbers stay in the files.
/// Throws Error: as TensorFile, and data for a tensor that is not there, is not of numbers that are computed
/// with, or has another rank or nothing in it.
Given open_own_inputs(const OwnInputOptions& own);

/// The mask of --mask FILE: the array of a .npy, which any path may be, or of a .npz or .safetensors the only
/// tensor or the one named "mask". Throws Error as open_own_inputs, as read_npy, and as to_general_mask.
GeneralMask open_mask(const std::string& path);

/// The model that these enter: none where heads are given, else as load_model; random weights are as wide as
/// the embeddings where neither --config nor --hidden-size says otherwise. Throws Error(data) for another
/// width.
Model load_model(const Options& options, const Given& given);

}  // namespace mha
