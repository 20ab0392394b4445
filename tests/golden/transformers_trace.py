"""Runs a model of Transformers and names everything its attention computes as mha does."""

import math

import torch
import transformers
from torch import nn
from torch.overrides import TorchFunctionMode

# Where a layer has its output projection, and the modules that give query, key and value as mha names them. Without
# those query and key are what is multiplied (normed and rotated, but not scaled), value what the weights multiply.
PRODUCTS = []
WIRING = [
    ("attention.output.dense", ["attention.self.query", "attention.self.key", "attention.self.value"]),
    ("attention.output.dense", ["attention.self.query_proj", "attention.self.key_proj", "attention.self.value_proj"]),
    ("attention.attn.o", ["attention.attn.q", "attention.attn.k", "attention.attn.v"]),
    ("attention.out_lin", ["attention.q_lin", "attention.k_lin", "attention.v_lin"]),
    ("attention.dense", ["attention.query", "attention.key", "attention.value"]),
    ("self_attn.out_proj", ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"]),  # OPT scales its query
    ("attention.dense", PRODUCTS),
    ("attn.c_proj", PRODUCTS),
    ("attn.Wo", PRODUCTS),
    ("layer.0.SelfAttention.o", PRODUCTS),
    ("self_attention.dense", PRODUCTS),
    ("self_attn.dense", PRODUCTS),
    ("self_attn.o_proj", PRODUCTS),
]


def layers_of(model):
    """The distinct layers of a model, each with its modules by name."""
    for module in model.modules():
        for output, projections in WIRING:
            try:
                found = {"output": module.get_submodule(output)}
                found |= {n: module.get_submodule(p) for n, p in zip(("query", "key", "value"), projections)}
            except AttributeError:
                continue
            yield module, found
            break


def widened(name, args, kwargs):
    """The arguments of a call in float64; none where the call would only round its tensor to float32.

    Norms and softmaxes of Transformers are in float32 also in a model of float64. Its tables of rotary
    positions are too, and stay so: but with the exact cosines and sines rounded, for one in 20 of PyTorch's differs
    from these in the last bit, which bit depends on the machine.
    """
    tensor = args[0] if args and isinstance(args[0], torch.Tensor) else torch.tensor(0)
    if tensor.dtype == torch.float64 and (name == "float" or name == "to" and args[1:] == (torch.float32,)):
        return None
    if name == "softmax":
        kwargs = {k: v for k, v in kwargs.items() if k != "dtype"}
    if tensor.dtype == torch.float32 and name in ("cos", "sin"):
        args = (tensor.double(),)
    return args, kwargs


class Recorder(TorchFunctionMode):
    """Records what goes into the softmax of attention, what comes out, and the products before and after it."""

    def __init__(self, record, exact):
        super().__init__()
        self.record, self.exact = record, exact
        self.product, self.weights = None, None

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs, name = kwargs or {}, getattr(func, "__name__", "")
        given = args[0] if args else None
        if self.exact:
            exactly = widened(name, args, kwargs)
            if exactly is None:
                return given
            args, kwargs = exactly
        result = func(*args, **kwargs)
        if self.exact and name in ("cos", "sin") and given.dtype == torch.float32:
            return result.float()
        if name == "softmax" and given.dim() > 2:  # a router of experts has one of two dimensions
            self.softmax(given, result)
        elif name == "baddbmm":
            self.product = (kwargs["batch1"], kwargs["batch2"])
        elif name in ("matmul", "bmm"):
            self.multiply(args)
        return result

    def softmax(self, scores, weights):
        self.weights = weights
        self.record("scores", scores.clone())
        self.record("weights", weights)
        if self.product:
            query, key = self.product
            self.record("product.query", self.by_head(query))
            self.record("product.key", self.by_head(key.transpose(-1, -2)))

    def multiply(self, factors):
        if self.weights is not None:
            self.record("product.value", self.by_head(factors[1]))
        self.product, self.weights = factors, None

    def by_head(self, tensor):
        return tensor.reshape(*self.weights.shape[:2], *tensor.shape[-2:])


def trace(model, inputs):
    """What a forward pass computes: name -> tensor of each layer in the order of computation."""
    seen = {}
    hooks = []

    def record(name, value):
        seen.setdefault(name, []).append(value)

    def hook(module, name, pick):
        hooks.append(module.register_forward_hook(lambda m, taken, given: record(name, pick(taken, given))))

    # Only the text part of a multimodal model computes something.
    for layer, modules in layers_of(getattr(model, "language_model", model)):
        for name, module in modules.items():
            hook(module, name, lambda taken, given: given)
        hook(modules["output"], "x", lambda taken, given: taken[0])
        hook(layer, "entering", lambda taken, given: taken[0])
        hook(layer, "hidden", lambda taken, given: given[0] if isinstance(given, tuple) else given)
    try:
        with torch.inference_mode(), Recorder(record, model.dtype == torch.float64):
            final = model(**inputs).last_hidden_state
    finally:
        for handle in hooks:
            handle.remove()
    return seen, final


def named(model, inputs, lengths):
    """The trace under mha's names, in its shapes, with its padding."""
    seen, final = trace(model, inputs)
    heads = seen["weights"][0].shape[1]
    kv_heads = getattr(model.config.get_text_config(), "num_key_value_heads", None) or heads
    split = lambda t: t.unflatten(-1, (heads, -1)).transpose(1, 2)
    tensors = {"embeddings": seen["entering"][0], "final": final}
    for index in range(len(seen["hidden"])):
        layer = {name: seen[name][index] for name in ("scores", "weights", "x", "output", "hidden")}
        layer["heads"] = split(layer["x"])
        for name, step in (("query", 1), ("key", heads // kv_heads), ("value", heads // kv_heads)):
            # DeBERTa projects its positions too, behind the text.
            calls = len(seen.get(name, [])) // len(seen["hidden"])
            own = split(seen[name][index * calls]) if calls else seen[f"product.{name}"][index]
            layer[name] = own[:, :: 1 if calls else step]
        tensors |= {f"layers.{index}.{name}": tensor for name, tensor in layer.items()}
    for name, tensor in tensors.items():
        tensors[name] = tensor = tensor.clone()
        if name.endswith(".scores"):
            tensor[tensor <= torch.finfo(tensor.dtype).min / 2] = -math.inf
        for sequence, length in enumerate(lengths):
            if name.endswith(".scores"):
                tensor[sequence, ..., length:] = -math.inf
            tensor[sequence].movedim(-2, 0)[length:] = 0
    return tensors


def joined(singles, longest):
    """The traces of sequences that ran alone, as the trace of their batch."""
    batch = {}
    for name in singles[0]:
        square = name.endswith((".scores", ".weights"))
        rows = []
        for single in singles:
            missing = longest - single[name].shape[-2]
            columns = missing if square else 0
            row = nn.functional.pad(single[name], (0, columns), value=-math.inf if name.endswith(".scores") else 0)
            rows.append(nn.functional.pad(row, (0, 0, 0, missing)))
        batch[name] = torch.cat(rows)
    return batch


def load(folder, dtype, kind="AutoModel"):
    model, info = getattr(transformers, kind).from_pretrained(
        folder, dtype=dtype, attn_implementation="eager", output_loading_info=True
    )
    missing = [name for name in info["missing_keys"] if not name.startswith("pooler.")]
    assert not missing, (folder, missing)
    assert all(parameter.dtype == dtype for parameter in model.parameters()), folder
    return model.eval()
