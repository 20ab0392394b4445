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

/// Applies it to each number in place. NaN stays NaN, and -inf becomes NaN but by relu, as in PyTorch. Errors
/// in units in the last place for x from the number named on, in brackets the worst of all floats with FMA;
/// below the last of these, where little is left of the value, absolute:
///   relu       none
///   silu       3.4 (3.35) from -87.3; 3e-37
///   gelu_tanh  3.1 (3.02) from -1, 20 (14.0) from -3, 250 (211) from -10; 4e-37
///   gelu       5 (3.9) from -1, 30 (25.1) from -3, 125 (113.4) from -6; 6e-11
void activate(Activation activation, std::span<float> values);

/// exp of numbers <= 0 in place, as activations compute it: for tests of its error over the whole range.
void exp_in_place(std::span<float> values);

}  // namespace kernel
}  // namespace mha
