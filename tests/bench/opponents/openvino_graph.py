"""The layer and the encoder as OpenVINO models."""

import numpy
import openvino
from openvino import opset14 as ops

from opponents.cases import EPSILON


def linear(weight, bias, x):
    return ops.add(ops.matmul(x, ops.constant(weight), False, True), ops.constant(bias))


def split_heads(x, shape):
    """[batch, tokens, hidden] -> [batch, heads, tokens, head_dim]"""
    parted = ops.reshape(x, ops.constant(numpy.array([0, 0, shape.heads, shape.head_dim])), True)
    return ops.transpose(parted, ops.constant(numpy.array([0, 2, 1, 3])))


def three_projections(weights, x, shape):
    """As exporters write them: queries, keys and values by themselves; OpenVINO joins what it likes to."""
    parts = zip(numpy.split(weights["qkv.weight"], 3), numpy.split(weights["qkv.bias"], 3))
    return [split_heads(linear(weight, bias, x), shape) for weight, bias in parts]


def one_projection(weights, x, shape):
    joined = linear(weights["qkv.weight"], weights["qkv.bias"], x)
    return [split_heads(part, shape) for part in ops.split(joined, ops.constant(2), 3).outputs()]


def fused_attention(parts, shape):
    return ops.scaled_dot_product_attention(*parts)


def plain_attention(parts, shape):
    query, key, value = parts
    scores = ops.multiply(ops.matmul(query, key, False, True), ops.constant(numpy.float32(shape.head_dim**-0.5)))
    return ops.matmul(ops.softmax(scores, 3), value, False, False)


FORMS = {
    "scaled_dot_product_attention": (three_projections, fused_attention),
    "Softmax": (three_projections, plain_attention),
    "fused QKV, Softmax": (one_projection, plain_attention),
}


def attend(form, weights, x, shape):
    project, mix = FORMS[form]
    mixed = ops.transpose(mix(project(weights, x, shape), shape), ops.constant(numpy.array([0, 2, 1, 3])))
    joined = ops.reshape(mixed, ops.constant(numpy.array([0, 0, shape.hidden])), True)
    return linear(weights["out.weight"], weights["out.bias"], joined)


def norm(weights, name, x):
    scaled = ops.mvn(x, ops.constant(numpy.array([2])), True, EPSILON, "inside_sqrt")
    return ops.add(ops.multiply(scaled, ops.constant(weights[f"{name}.weight"])), ops.constant(weights[f"{name}.bias"]))


def layer(form, weights, x, shape):
    output = attend(form, weights, x, shape)
    if not shape.layers:
        return output
    x = norm(weights, "norm1", ops.add(x, output))
    inner = ops.gelu(linear(weights["up.weight"], weights["up.bias"], x), "erf")
    return norm(weights, "norm2", ops.add(x, linear(weights["down.weight"], weights["down.bias"], inner)))


def layers(form, weights, x, shape):
    for each in weights:
        x = layer(form, each, x, shape)
    return x


def build(form, case, weights):
    """A model from x to the output of the last layer."""
    x = ops.parameter([case.batch, case.tokens, case.shape.hidden], numpy.float32)
    return openvino.Model([layers(form, weights, x, case.shape)], [x], "mha")
