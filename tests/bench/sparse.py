"""Checkpoints of zeros that take no room."""

import json
import struct


def bert(layers, hidden=1024, intermediate=4096, vocab=30522, positions=512):
    """Configuration and shapes of a BERT of so many layers."""
    config = {
        "model_type": "bert",
        "hidden_size": hidden,
        "intermediate_size": intermediate,
        "num_attention_heads": 16,
        "num_hidden_layers": layers,
        "vocab_size": vocab,
    }
    shapes = {}
    for name, rows in (("word", vocab), ("position", positions), ("token_type", 2)):
        shapes[f"embeddings.{name}_embeddings.weight"] = [rows, hidden]
    linear = {f"attention.self.{name}": [hidden, hidden] for name in ("query", "key", "value")}
    linear |= {"attention.output.dense": [hidden, hidden]}
    linear |= {"intermediate.dense": [intermediate, hidden], "output.dense": [hidden, intermediate]}
    norms = ["embeddings.LayerNorm"]
    for layer in range(layers):
        for name, shape in linear.items():
            shapes[f"encoder.layer.{layer}.{name}.weight"] = shape
            shapes[f"encoder.layer.{layer}.{name}.bias"] = shape[:1]
        norms += [f"encoder.layer.{layer}.{part}output.LayerNorm" for part in ("attention.", "")]
    for norm in norms:
        shapes |= {f"{norm}.weight": [hidden], f"{norm}.bias": [hidden]}
    return config, shapes


def llama(layers, hidden=4096, intermediate=11008, heads=32, vocab=32000):
    """Configuration and shapes of a LLaMA of so many layers."""
    config = {
        "model_type": "llama",
        "hidden_size": hidden,
        "intermediate_size": intermediate,
        "num_attention_heads": heads,
        "num_hidden_layers": layers,
        "vocab_size": vocab,
    }
    shapes = {"model.embed_tokens.weight": [vocab, hidden], "model.norm.weight": [hidden]}
    linear = {f"self_attn.{name}_proj": [hidden, hidden] for name in "qkvo"}
    linear |= {f"mlp.{name}_proj": [intermediate, hidden] for name in ("gate", "up")}
    linear |= {"mlp.down_proj": [hidden, intermediate]}
    for layer in range(layers):
        shapes |= {f"model.layers.{layer}.{name}.weight": shape for name, shape in linear.items()}
        for norm in ("input_layernorm", "post_attention_layernorm"):
            shapes[f"model.layers.{layer}.{norm}.weight"] = [hidden]
    return config, shapes


def write_sparse(file, shapes, dtype="F32"):
    """A file of zeros that takes no room."""
    entries, end = {}, 0
    for name, shape in shapes.items():
        size = {"F32": 4, "BF16": 2}[dtype]
        for dimension in shape:
            size *= dimension
        entries[name] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(entries).encode()
    text += b" " * (-len(text) % 8)
    with open(file, "wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        stream.truncate(8 + len(text) + end)
    return end
