"""The layer and the encoder as graphs of ONNX Runtime's own fused operators."""

import numpy
from onnx import TensorProto, helper, numpy_helper

from opponents.cases import EPSILON

FUSED = "com.microsoft"


class Graph:
    """Nodes and initializers, each node's output named after it."""

    def __init__(self):
        self.nodes, self.initializers, self.names = [], [], set()

    def constant(self, name, array):
        if name not in self.names:
            self.names.add(name)
            self.initializers.append(numpy_helper.from_array(numpy.ascontiguousarray(array), name))
        return name

    def node(self, kind, inputs, name, domain="", **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [name], domain=domain, **attributes))
        return name

    def linear(self, weights, part, x, name):
        """x times the transposed weights of the part, without the bias."""
        weight = self.constant(f"{name}.weight", weights[f"{part}.weight"].T)
        return self.node("MatMul", [x, weight], name)

    def model(self, inputs, output):
        """inputs: (name, type, shape) of each; output: name, type, shape."""
        given, made = ([helper.make_tensor_value_info(*value) for value in values] for values in (inputs, [output]))
        graph = helper.make_graph(self.nodes, "mha", given, made, self.initializers)
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def attention(graph, weights, x, place):
    """The operator that projects queries, keys and values by itself."""
    shape, name = place
    weight = graph.constant(f"{name}.qkv", weights["qkv.weight"].T)
    bias = graph.constant(f"{name}.bias", weights["qkv.bias"])
    return graph.node("Attention", [x, weight, bias], f"{name}.mixed", FUSED, num_heads=shape.heads)


def multi_head_attention(graph, weights, x, place):
    """Projections by themselves, and the operator that never holds all scores."""
    shape, name = place
    parts = []
    for i, part in enumerate(("query", "key", "value")):
        rows = slice(i * shape.hidden, (i + 1) * shape.hidden)
        parts.append(graph.linear({"own.weight": weights["qkv.weight"][rows]}, "own", x, f"{name}.{part}"))
    parts.append(graph.constant(f"{name}.bias", weights["qkv.bias"]))
    return graph.node("MultiHeadAttention", parts, f"{name}.mixed", FUSED, num_heads=shape.heads)


FORMS = {"Attention": attention, "MultiHeadAttention": multi_head_attention}


def add_norm(graph, weights, inputs, place):
    """Layer norm of x + skip + bias: inputs are x, skip and the name of the bias's part."""
    part, norm, name = place
    constants = [graph.constant(f"{name}.{norm}.{kind}", weights[f"{norm}.{kind}"]) for kind in ("weight", "bias")]
    constants.append(graph.constant(f"{name}.{part}.bias", weights[f"{part}.bias"]))
    return graph.node("SkipLayerNormalization", [*inputs, *constants], f"{name}.{norm}", FUSED, epsilon=EPSILON)


def encoder_layer(graph, weights, x, place):
    form, shape, name = place
    mixed = FORMS[form](graph, weights, x, (shape, name))
    output = graph.linear(weights, "out", mixed, f"{name}.output")
    x = add_norm(graph, weights, [output, x], ("out", "norm1", name))
    up = graph.linear(weights, "up", x, f"{name}.up")
    inner = graph.node("BiasGelu", [up, graph.constant(f"{name}.up.bias", weights["up.bias"])], f"{name}.inner", FUSED)
    down = graph.linear(weights, "down", inner, f"{name}.down")
    return add_norm(graph, weights, [down, x], ("down", "norm2", name))


def one_layer(graph, weights, x, place):
    form, shape, name = place
    mixed = FORMS[form](graph, weights, x, (shape, name))
    output = graph.linear(weights, "out", mixed, f"{name}.output")
    return graph.node("Add", [output, graph.constant(f"{name}.out.bias", weights["out.bias"])], f"{name}.sum")


def layers(graph, weights, x, place):
    """All layers upon x; place: form and shape."""
    form, shape = place
    step = encoder_layer if shape.layers else one_layer
    for i, layer in enumerate(weights):
        x = step(graph, layer, x, (form, shape, f"layer{i}"))
    return x


def build(form, case, weights):
    """A model from x to the output of the last layer."""
    graph = Graph()
    size = [case.batch, case.tokens, case.shape.hidden]
    output = layers(graph, weights, "x", (form, case.shape))
    return graph.model([("x", TensorProto.FLOAT, size)], (output, TensorProto.FLOAT, size))
