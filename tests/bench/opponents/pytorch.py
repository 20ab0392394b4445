"""The layer and the encoder in PyTorch. Each function gives forms of one case: by name, what to call for the output."""

import numpy
import torch
import torch.nn.functional as F

from opponents.cases import EPSILON


def split_heads(projected, heads):
    """[batch, tokens, 3 * hidden] -> three times [batch, heads, tokens, head_dim]"""
    batch, tokens, features = projected.shape
    return projected.view(batch, tokens, 3, heads, features // 3 // heads).permute(2, 0, 3, 1, 4).unbind()


def attend(weights, x, heads):
    query, key, value = split_heads(F.linear(x, weights["qkv.weight"], weights["qkv.bias"]), heads)
    mixed = F.scaled_dot_product_attention(query, key, value).transpose(1, 2).reshape(x.shape)
    return F.linear(mixed, weights["out.weight"], weights["out.bias"])


def norm(weights, name, x):
    return F.layer_norm(x, x.shape[-1:], weights[f"{name}.weight"], weights[f"{name}.bias"], EPSILON)


def feed_forward(weights, x):
    inner = F.gelu(F.linear(x, weights["up.weight"], weights["up.bias"]))
    return F.linear(inner, weights["down.weight"], weights["down.bias"])


def reference(case, weights, x):
    """The output in float64, in a few lines: what every opponent must give."""
    x = torch.from_numpy(x).double()
    for layer in weights:
        layer = {name: torch.from_numpy(tensor).double() for name, tensor in layer.items()}
        query, key, value = split_heads(F.linear(x, layer["qkv.weight"], layer["qkv.bias"]), case.shape.heads)
        maps = (query @ key.transpose(2, 3) / case.shape.head_dim**0.5).softmax(-1)
        mixed = (maps @ value).transpose(1, 2).reshape(x.shape)
        output = F.linear(mixed, layer["out.weight"], layer["out.bias"])
        if not case.shape.layers:
            return output.numpy()
        x = norm(layer, "norm1", x + output)
        x = norm(layer, "norm2", x + feed_forward(layer, x))
    return x.numpy()


def attention_module(case, weights):
    module = torch.nn.MultiheadAttention(case.shape.hidden, case.shape.heads, batch_first=True).eval()
    names = {"in_proj_weight": "qkv.weight", "in_proj_bias": "qkv.bias"}
    names |= {f"out_proj.{part}": f"out.{part}" for part in ("weight", "bias")}
    module.load_state_dict({own: weights[name] for own, name in names.items()})
    return module


def layer_forms(case, weights, x):
    module = attention_module(case, weights)
    return {
        "nn.MultiheadAttention": lambda: module(x, x, x, need_weights=False)[0],
        "fused QKV, SDPA": lambda: attend(weights, x, case.shape.heads),
    }


def bert_names(layer):
    """Names of a layer in Transformers: name here and its part of the rows."""
    names = {f"attention.self.{part}": ("qkv", i) for i, part in enumerate(("query", "key", "value"))}
    names |= {"attention.output.dense": ("out", None), "intermediate.dense": ("up", None)}
    names |= {"output.dense": ("down", None), "attention.output.LayerNorm": ("norm1", None)}
    names |= {"output.LayerNorm": ("norm2", None)}
    return {f"layer.{layer}.{name}": place for name, place in names.items()}


def bert_state(weights):
    state = {}
    for i, layer in enumerate(weights):
        for name, (own, part) in bert_names(i).items():
            for kind in ("weight", "bias"):
                tensor = layer[f"{own}.{kind}"]
                state[f"{name}.{kind}"] = tensor if part is None else tensor.chunk(3)[part]
    return state


def encoder_forms(case, weights, x):
    from transformers import BertConfig, BertModel

    shape, forms = case.shape, {}
    for form in ("eager", "sdpa"):
        sizes = {"hidden_size": shape.hidden, "intermediate_size": shape.intermediate, "vocab_size": 8}
        sizes |= {"num_hidden_layers": shape.layers, "num_attention_heads": shape.heads}
        config = BertConfig(**sizes, layer_norm_eps=EPSILON, attn_implementation=form)
        encoder = BertModel(config, add_pooling_layer=False).eval().encoder
        encoder.load_state_dict(bert_state(weights))
        forms[f"Transformers {form}"] = lambda encoder=encoder: encoder(x).last_hidden_state
    return forms


def forms(case, weights, x):
    torch.set_num_threads(case.threads)
    torch.set_grad_enabled(False)
    weights = [{name: torch.from_numpy(tensor) for name, tensor in layer.items()} for layer in weights]
    x = torch.from_numpy(x)
    made = encoder_forms(case, weights, x) if case.shape.layers else layer_forms(case, weights[0], x)
    return {name: torch.inference_mode()(call) for name, call in made.items()}


def numbers(output):
    return numpy.asarray(output)
