"""Writes a BERT checkpoint as model.onnx and model.xml, from ids [1, tokens] to the last hidden states. A program."""

import json
import pathlib
import sys

import numpy
import onnx
import openvino
from onnx import TensorProto
from openvino import opset14 as ops
from safetensors.numpy import load_file

from opponents import onnx_graph, openvino_graph
from opponents.cases import EPSILON, Shape

PARTS = {
    "out": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm2": "output.LayerNorm",
}


def layer_weights(tensors, layer):
    """A layer of the checkpoint by the names of opponents/cases.py."""
    weights, place = {}, f"encoder.layer.{layer}"
    for kind in ("weight", "bias"):
        rows = [tensors[f"{place}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
        weights[f"qkv.{kind}"] = numpy.concatenate(rows)
        weights |= {f"{own}.{kind}": tensors[f"{place}.{name}.{kind}"] for own, name in PARTS.items()}
    return weights


def embedding_weights(tensors):
    names = {part: f"{part}_embeddings.weight" for part in ("word", "position", "token_type")}
    names |= {"gamma": "LayerNorm.weight", "beta": "LayerNorm.bias"}
    return {part: tensors[f"embeddings.{name}"] for part, name in names.items()}


def onnx_model(shape, embeddings, layers):
    graph = onnx_graph.Graph()
    constants = {part: graph.constant(part, array) for part, array in embeddings.items()}
    inputs = ["ids", "types", *constants.values()]
    x = graph.node("EmbedLayerNormalization", inputs, "embedded", onnx_graph.FUSED, epsilon=EPSILON)
    graph.nodes[-1].output.append("")  # the operator insists on a second one
    output = onnx_graph.layers(graph, layers, x, ("Attention", shape))
    given = [(name, TensorProto.INT32, [1, "tokens"]) for name in ("ids", "types")]
    return graph.model(given, (output, TensorProto.FLOAT, [1, "tokens", shape.hidden]))


def openvino_model(shape, embeddings, layers):
    ids = ops.parameter([1, -1], numpy.int32, "ids")
    words = ops.gather(ops.constant(embeddings["word"]), ids, ops.constant(0))
    tokens = ops.gather(ops.shape_of(ids, "i32"), ops.constant(1), ops.constant(0))
    places = ops.range(ops.constant(numpy.int32(0)), tokens, ops.constant(numpy.int32(1)), "i32")
    positions = ops.gather(ops.constant(embeddings["position"]), places, ops.constant(0))
    x = ops.add(ops.add(words, positions), ops.constant(embeddings["token_type"][0]))
    x = openvino_graph.norm({"norm.weight": embeddings["gamma"], "norm.bias": embeddings["beta"]}, "norm", x)
    form = "scaled_dot_product_attention"
    return openvino.Model([openvino_graph.layers(form, layers, x, shape)], [ids], "mha")


def export(model, folder):
    config = json.loads((model / "config.json").read_text())
    sizes = ("num_hidden_layers", "hidden_size", "num_attention_heads", "intermediate_size")
    shape = Shape(*(config[size] for size in sizes))
    tensors = load_file(model / "model.safetensors")
    parts = embedding_weights(tensors), [layer_weights(tensors, i) for i in range(shape.layers)]
    onnx.save(onnx_model(shape, *parts), folder / "model.onnx")
    openvino.save_model(openvino_model(shape, *parts), folder / "model.xml", compress_to_fp16=False)


if __name__ == "__main__":
    export(*map(pathlib.Path, sys.argv[1:]))
