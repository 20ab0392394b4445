"""Runs an encoder of Transformers and names everything its attention computes as mha does."""

import math

import torch
import transformers
from torch import nn

# The modules of a layer that give query, key and value, and the output projection.
WIRING = [
    ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"],
    ["attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o"],
    ["attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin"],
    ["attention.query", "attention.key", "attention.value", "attention.dense"],
]


def layers_of(model):
    """The distinct layers of a model, each with its four modules."""
    for module in model.modules():
        for paths in WIRING:
            try:
                yield module, [module.get_submodule(path) for path in paths]
            except AttributeError:
                pass


def trace(model, inputs):
    """What a forward pass computes: name -> tensor of each layer in the order of computation."""
    seen = {}
    hooks = []

    def record(name, value):
        seen.setdefault(name, []).append(value)

    def hook(module, name, pick):
        hooks.append(module.register_forward_hook(lambda m, taken, given: record(name, pick(taken, given))))

    for layer, (query, key, value, output) in layers_of(model):
        for name, module in (("query", query), ("key", key), ("value", value), ("output", output)):
            hook(module, name, lambda taken, given: given)
        hook(output, "x", lambda taken, given: taken[0])
        hook(layer, "entering", lambda taken, given: taken[0])
        hook(layer, "hidden", lambda taken, given: given[0] if isinstance(given, tuple) else given)
    softmax = nn.functional.softmax

    def recording_softmax(scores, dim):
        weights = softmax(scores, dim=dim)
        record("scores", scores.clone())
        record("weights", weights)
        return weights

    nn.functional.softmax = recording_softmax
    try:
        with torch.inference_mode():
            final = model(**inputs).last_hidden_state
    finally:
        nn.functional.softmax = softmax
        for handle in hooks:
            handle.remove()
    return seen, final


def named(model, inputs, lengths):
    """The trace under mha's names, in its shapes, with its padding."""
    seen, final = trace(model, inputs)
    heads = seen["weights"][0].shape[1]
    split = lambda t: t.unflatten(-1, (heads, -1)).transpose(1, 2)
    tensors = {"embeddings": seen["entering"][0], "final": final}
    for index in range(len(seen["hidden"])):
        layer = {name: split(seen[name][index]) for name in ("query", "key", "value")}
        layer |= {name: seen[name][index] for name in ("scores", "weights", "x", "output", "hidden")}
        layer["heads"] = split(layer["x"])
        tensors |= {f"layers.{index}.{name}": tensor for name, tensor in layer.items()}
    for name, tensor in tensors.items():
        tensors[name] = tensor = tensor.clone()
        for sequence, length in enumerate(lengths):
            if name.endswith(".scores"):
                tensor[sequence, ..., length:] = -math.inf
            tensor[sequence].movedim(-2, 0)[length:] = 0
    return tensors


def load(folder, dtype):
    model, info = transformers.AutoModel.from_pretrained(
        folder, dtype=dtype, attn_implementation="eager", output_loading_info=True
    )
    missing = [name for name in info["missing_keys"] if not name.startswith("pooler.")]
    assert not missing, (folder, missing)
    assert all(parameter.dtype == dtype for parameter in model.parameters()), folder
    return model.eval()
