#include "attention/rotary.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "kernel/blocks.h"

namespace mha {
namespace {

// Transformers computes with tensors of float32, to which Python's numbers, of float64, are rounded where the
// two meet. Here `float` and `double` are where they are there.

/// base ** exponent of float32 tensors. torch's own is a unit in the last place away from it in 574 of 41280
/// cases, and its cos and sin in 4 % (tests/golden/rotary.py): by which instruction set, and by what place in
/// a tensor, it differs with itself.
float power(double base, float exponent) {
  return static_cast<float>(std::pow(static_cast<double>(static_cast<float>(base)), exponent));
}

/// base ** (2 i / dims): the period of each pair over 2 pi.
std::vector<float> periods(double base, std::size_t dims) {
  std::vector<float> periods;
  for (std::size_t i = 0; i < dims; i += 2) {
    periods.push_back(power(base, static_cast<float>(i) / static_cast<float>(dims)));
  }
  return periods;
}

std::vector<float> inverse(std::vector<float> values) {
  for (float& value : values) value = 1.0F / value;
  return values;
}

/// _compute_dynamic_ntk_parameters. Beyond the positions it was trained for, seq_len is a tensor.
double dynamic_base(const RopeParameters& parameters, std::size_t tokens) {
  const double factor = parameters.factor.value();
  const auto dims = static_cast<double>(parameters.dims);
  const auto most = static_cast<double>(parameters.max_position_embeddings);
  if (tokens <= parameters.max_position_embeddings) {
    return parameters.theta * std::pow(factor * most / most - (factor - 1), dims / (dims - 2));
  }
  const float stretch = static_cast<float>(factor) * static_cast<float>(tokens) / static_cast<float>(most) -
                        static_cast<float>(factor - 1);
  return static_cast<float>(parameters.theta) * power(stretch, static_cast<float>(dims / (dims - 2)));
}

double factor_of(const RopeParameters& parameters) {
  return parameters.factor.value_or(static_cast<double>(parameters.max_position_embeddings) /
                                    static_cast<double>(parameters.original_max_position_embeddings));
}

/// The pairs, as numbers with fractions, between which yarn goes from one way to the other.
struct Ramp {
  double low, high;
};

Ramp correction_range(const RopeParameters& parameters) {
  const auto dims = static_cast<double>(parameters.dims);
  const auto pair_of = [&](double rotations) {
    const auto most = static_cast<double>(parameters.original_max_position_embeddings);
    return dims * std::log(most / (rotations * 2 * std::numbers::pi)) / (2 * std::log(parameters.theta));
  };
  double low = pair_of(parameters.beta_fast), high = pair_of(parameters.beta_slow);
  if (parameters.truncate) low = std::floor(low), high = std::ceil(high);
  low = std::max(low, 0.0), high = std::min(high, dims - 1);
  return {low, low == high ? high + 0.001 : high};
}

/// _compute_yarn_parameters.
std::vector<float> yarn(const RopeParameters& parameters) {
  std::vector<float> frequencies = periods(parameters.theta, parameters.dims);
  const auto [low, high] = correction_range(parameters);
  const auto factor = static_cast<float>(factor_of(parameters));
  for (std::size_t i = 0; i < frequencies.size(); ++i) {
    const float extrapolated = 1.0F / frequencies[i], interpolated = 1.0F / (factor * frequencies[i]);
    const float ramp = (static_cast<float>(i) - static_cast<float>(low)) / static_cast<float>(high - low);
    const float share = 1.0F - std::clamp(ramp, 0.0F, 1.0F);
    frequencies[i] = interpolated * (1.0F - share) + extrapolated * share;
  }
  return frequencies;
}

/// _compute_longrope_parameters.
std::vector<float> longrope(const RopeParameters& parameters, std::size_t tokens) {
  const bool is_long = tokens > parameters.original_max_position_embeddings;
  const std::vector<double>& factors = is_long ? parameters.long_factor : parameters.short_factor;
  std::vector<float> values = periods(parameters.theta, parameters.dims);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(factors.at(i)) * values[i];
  return inverse(std::move(values));
}

/// _compute_llama3_parameters: long waves are stretched, short ones not, those between in between.
std::vector<float> llama3(const RopeParameters& parameters) {
  const auto factor = static_cast<float>(parameters.factor.value());
  const auto context = static_cast<double>(parameters.original_max_position_embeddings);
  const double low = parameters.low_freq_factor, high = parameters.high_freq_factor;
  std::vector<float> frequencies = inverse(periods(parameters.theta, parameters.dims));
  for (float& frequency : frequencies) {
    // A number over a tensor is the tensor's reciprocal times the number.
    const float wave = 1.0F / frequency * static_cast<float>(2 * std::numbers::pi);
    const bool is_long = wave > static_cast<float>(context / low),
               is_short = wave < static_cast<float>(context / high);
    const float smooth = (1.0F / wave * static_cast<float>(context) - static_cast<float>(low)) /
                         static_cast<float>(high - low);
    if (is_long) {
      frequency = frequency / factor;
    } else if (!is_short) {
      frequency = (1.0F - smooth) * frequency / factor + smooth * frequency;
    }
  }
  return frequencies;
}

double yarn_attention_factor(const RopeParameters& parameters) {
  const auto mscale = [&](double weight) {
    const double factor = factor_of(parameters);
    return factor <= 1 ? 1 : 0.1 * weight * std::log(factor) + 1;
  };
  const double own = parameters.mscale.value_or(0), all = parameters.mscale_all_dim.value_or(0);
  return own != 0 && all != 0 ? mscale(own) / mscale(all) : mscale(1);
}

double longrope_attention_factor(const RopeParameters& parameters) {
  const double factor = factor_of(parameters);
  if (factor <= 1) return 1;
  const auto original = static_cast<double>(parameters.original_max_position_embeddings);
  return std::sqrt(1 + std::log(factor) / std::log(original));
}

RotaryTable make_table(const RopeParameters& parameters, std::size_t tokens, std::size_t positions) {
  const std::vector<float> frequencies = inverse_frequencies(parameters, tokens);
  const std::size_t stride = positions + kernel::max_width, count = frequencies.size() * stride;
  RotaryTable table{parameters.dims, parameters.interleaved, stride, Buffer<float>::zeros(count),
                    Buffer<float>::zeros(count)};
  const float factor = attention_factor(parameters);
  for (std::size_t i = 0; i < frequencies.size(); ++i) {
    for (std::size_t p = 0; p < positions; ++p) {
      const double angle = static_cast<float>(p) * frequencies[i];
      table.cos[i * stride + p] = static_cast<float>(std::cos(angle)) * factor;
      table.sin[i * stride + p] = static_cast<float>(std::sin(angle)) * factor;
    }
  }
  return table;
}

}  // namespace

std::vector<float> inverse_frequencies(const RopeParameters& parameters, std::size_t tokens) {
  switch (parameters.type) {
    case RopeType::plain:
      break;
    case RopeType::linear: {
      std::vector<float> frequencies = inverse(periods(parameters.theta, parameters.dims));
      for (float& each : frequencies) each /= static_cast<float>(parameters.factor.value());
      return frequencies;
    }
    case RopeType::dynamic:
      return inverse(periods(dynamic_base(parameters, tokens), parameters.dims));
    case RopeType::yarn:
      return yarn(parameters);
    case RopeType::longrope:
      return longrope(parameters, tokens);
    case RopeType::llama3:
      return llama3(parameters);
  }
  return inverse(periods(parameters.theta, parameters.dims));
}

float attention_factor(const RopeParameters& parameters) {
  if (parameters.type != RopeType::yarn && parameters.type != RopeType::longrope) return 1;
  if (parameters.attention_factor) return static_cast<float>(*parameters.attention_factor);
  return static_cast<float>(parameters.type == RopeType::yarn ? yarn_attention_factor(parameters)
                                                              : longrope_attention_factor(parameters));
}

const RotaryTable& Rotary::table(std::size_t tokens) {
  const std::size_t alike = same_as(tokens);
  const auto found = tables_.find(alike);
  if (found != tables_.end()) return found->second;
  const std::size_t positions = parameters_.type == RopeType::dynamic ? std::min(longest_, alike) : longest_;
  return tables_.emplace(alike, make_table(parameters_, alike, positions)).first->second;
}

std::size_t Rotary::same_as(std::size_t tokens) const {
  if (parameters_.type == RopeType::dynamic) return std::max(tokens, parameters_.max_position_embeddings);
  if (parameters_.type != RopeType::longrope) return 0;
  return tokens > parameters_.original_max_position_embeddings
             ? parameters_.original_max_position_embeddings + 1
             : 0;
}

}  // namespace mha
