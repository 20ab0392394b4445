// Rotary positions (RoFormer, Su et al. 2021) and the ways to stretch them over longer texts.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/buffer.h"

namespace mha {

/// How frequencies are stretched, as ROPE_INIT_FUNCTIONS of Transformers' modeling_rope_utils.py: plain not
/// at all; linear by a factor; dynamic by one that grows with the text (NTK); yarn by parts (Peng et al.
/// 2023); longrope each by its own factor (Ding et al. 2024); llama3 those of long waves.
enum class RopeType { plain, linear, dynamic, yarn, longrope, llama3 };

/// The names of rope_type in a config.json.
struct RopeTypeName {
  std::string_view name;
  RopeType type;
};

inline constexpr RopeTypeName rope_types[] = {
    {"default", RopeType::plain}, {"linear", RopeType::linear},     {"dynamic", RopeType::dynamic},
    {"yarn", RopeType::yarn},     {"longrope", RopeType::longrope}, {"llama3", RopeType::llama3},
};

/// What rotates, and how; names and meanings as in a config.json's rope_parameters.
struct RopeParameters {
  RopeType type = RopeType::plain;
  double theta = 10000;
  std::size_t dims;  ///< features of a head that are rotated, the first of it: even, more than 2 (dynamic)
  bool interleaved = false;  ///< features 2 i and 2 i + 1 are a pair (GPT-J), not i and i + dims / 2
  std::optional<double> factor =
      std::nullopt;  ///< yarn and longrope: max over original positions if not given
  std::optional<double> attention_factor = std::nullopt;                       ///< yarn and longrope
  std::optional<double> mscale = std::nullopt, mscale_all_dim = std::nullopt;  ///< yarn
  double beta_fast = 32, beta_slow = 1;                                        ///< yarn
  bool truncate = true;                                                        ///< yarn
  double low_freq_factor = 1, high_freq_factor = 4;                            ///< llama3
  std::vector<double> short_factor = {}, long_factor = {};                     ///< longrope: [dims / 2]
  std::size_t original_max_position_embeddings = 0;                            ///< yarn, longrope, llama3
  std::size_t max_position_embeddings = 0;  ///< dynamic; yarn and longrope without factor
};

/// The angle in radians that each pair is turned by from one position to the next, [dims / 2], for a text of
/// `tokens` tokens; dynamic and longrope depend on these. In float32, step by step as Transformers computes
/// them, but that powers are rounded once from float64.
std::vector<float> inverse_frequencies(const RopeParameters& parameters, std::size_t tokens);

/// What cosines and sines are multiplied with: 1 but for yarn and longrope.
float attention_factor(const RopeParameters& parameters);

/// cos and sin of each pair's angle at each position, times the attention factor: those of pair i and
/// position p are at i * stride + p, [dims / 2][stride]. Zeros for the idle lanes of a block are behind. In
/// float32 for both arithmetics, for a model in float64 takes these too (RotaryEmbedding.forward).
struct RotaryTable {
  std::size_t dims;
  bool interleaved;
  std::size_t stride;
  Buffer<float> cos, sin;
};

/// The tables for texts of up to `longest` tokens: one for all of them, but by length where it matters.
class Rotary {
 public:
  Rotary(RopeParameters parameters, std::size_t longest)
      : parameters_(std::move(parameters)), longest_(longest) {}

  /// For a text of `tokens` tokens. Stays where it is as long as this does.
  const RotaryTable& table(std::size_t tokens);

 private:
  /// The least number of tokens that gives the same frequencies.
  std::size_t same_as(std::size_t tokens) const;

  RopeParameters parameters_;
  std::size_t longest_;
  std::map<std::size_t, RotaryTable> tables_;
};

}  // namespace mha
