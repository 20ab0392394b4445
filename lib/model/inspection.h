// A look into a checkpoint, by its headers alone: which tensor plays which role, and what keeps a run from
// it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/checkpoint.h"
#include "checkpoint/hub.h"
#include "model/config.h"
#include "model/modules.h"

namespace mha {

/// How a tensor that the model needs is there; all but `fits` are refused by a run that needs it.
enum class Fit {
  fits,
  missing,
  misshapen,
  not_computable,  ///< of a dtype that is not computed with
  twice,           ///< under two names that stand for the same
};

/// A tensor that the model needs.
struct NeededTensor {
  NamedShape tensor;  ///< as the bare model calls it, and the shape that config.json says
  Role role;
  std::vector<std::size_t> layers;  ///< several where layers share it; none if it is of no layer
  Fit fit;
  std::optional<std::size_t> held;  ///< its place among those held
  std::string second;               ///< the other name of one that is there twice
};

/// What a tensor of the files is there for.
enum class Use {
  unknown,  ///< the family is not known
  needed,   ///< by the model
  tied,     ///< a copy of another, as the configuration has it
  unused,   ///< of a task's head, a buffer, or anything else
};

/// A tensor of the files.
struct HeldTensor {
  FoundTensor found;
  Use use;
  std::optional<std::size_t> needed;  ///< its place among those needed
};

struct Inspection {
  std::string model;                       ///< as asked for
  std::optional<std::string> model_type;   ///< as config.json has it
  std::optional<Config> sizes;             ///< of a known family; hidden_act has no meaning
  std::optional<std::size_t> positions;    ///< most tokens of a sequence, where the family limits them
  std::optional<std::string> no_config;    ///< why there is no telling the model: config.json is not there
  std::optional<std::string> refusal;      ///< why a run refuses the model as a whole
  std::vector<NeededTensor> needed;        ///< but for those of absent layers
  std::vector<std::size_t> absent_layers;  ///< none of whose tensors is there
  std::vector<HeldTensor> held;            ///< sorted by name
  std::unique_ptr<Checkpoint> checkpoint;  ///< what the tensors point into
};

/// Reads config.json and the headers of all files. What a run would refuse is told in the result, be it the
/// configuration, a family that is not known or a tensor; where there is no config.json, tensors alone are.
/// Throws Error as locate_weights and open_checkpoint do: for files that are missing or not sound.
Inspection inspect(const ModelName& name);

/// What keeps a run from going through all layers, where some of them are supported.
std::optional<std::string> limit_of(const Inspection& inspection);

/// A parameter is a number that training may change, as in PyTorch: floating-point or complex. Numbers of
/// tied tensors are those of another.
std::size_t parameters_of(const HeldTensor& tensor);

/// Bytes in its file.
std::size_t bytes_of(const HeldTensor& tensor);

/// What a run of one sequence of `tokens` tokens through all layers takes, in float32 on one thread.
struct RunCost {
  std::size_t tokens;
  double operations;        ///< floating-point ones of the layers, as layers_operations counts them
  std::size_t activations;  ///< bytes in work at a time, beyond the weights
  std::size_t attention;    ///< bytes of all layers' weights of attention, for a run that keeps them
};

/// Throws Error(limit) where bytes cannot be counted.
RunCost cost_of(const Config& config, std::size_t tokens);

}  // namespace mha
