// The activations of feed-forward layers.
#pragma once

#include <span>
#include <string_view>

namespace mha {

/// gelu is x Phi(x) (Hendrycks and Gimpel 2016); gelu_tanh its approximation
/// x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))); silu is x / (1 + e^-x).
enum class Activation { gelu, gelu_tanh, relu, silu };

/// The names of hidden_act in a config.json that mean these, as in ACT2FN of Transformers' activations.py.
struct ActivationName {
  std::string_view name;
  Activation activation;
};

inline constexpr ActivationName known_activations[] = {
    {"gelu", Activation::gelu},
    {"gelu_new", Activation::gelu_tanh},
    {"gelu_pytorch_tanh", Activation::gelu_tanh},
    {"relu", Activation::relu},
    {"silu", Activation::silu},
    {"swish", Activation::silu},
    {"gelu_python", Activation::gelu},
    {"gelu_python_tanh", Activation::gelu_tanh},
    {"gelu_accurate", Activation::gelu_tanh},
};

namespace kernel {

/// Applies it to each number in place. Absolute errors: gelu 2e-7 of max(1, |x|), gelu_tanh and silu
/// likewise, relu none. NaN stays NaN.
void activate(Activation activation, std::span<float> values);

}  // namespace kernel
}  // namespace mha
