"""Writes planted_decoder/: a very small decoder of the Phi-3 family whose heads do what is planted in them.

Run it with numpy and safetensors. A token's vector is [one of WORDS | of the token before | always 1]; half of each head
is rotated by position (Su et al. 2021), the other half is not.

layer 0: head 0 looks at the token before by the rotation alone, and copies it; head 1 rests on the first token, a sink
layer 1: head 0 looks for what followed the last time the token was there: an induction head (Olsson et al. 2022), which
         needs head 0 of layer 0; head 1 sees all tokens before it alike
"""

import json
import pathlib

import numpy as np
from safetensors.numpy import save_file

WORDS = 30  # token 1 begins every text
HIDDEN, HEADS, INNER, LAYERS = 64, 2, 4, 2
DIM = 60  # of a head: the first half rotated, then one feature a word
ROTATED = DIM // 2
THETA = 100.0


def projections(rows):
    """query, key, value of each head, stacked as qkv_proj is: all queries, all keys, all values."""
    return np.concatenate([row[part] for part in range(3) for row in rows])


def head(query=None, key=None, value=None):
    parts = [np.zeros((DIM, HIDDEN)) for _ in range(3)]
    for part, given in zip(parts, (query, key, value)):
        for (row, column), number in (given or {}).items():
            part[row, column] = number
    return parts


def previous(sharpness):
    """score = sharpness * sum of cos(frequency * (query - key - 1)): from a feature that is always there."""
    half = ROTATED // 2
    frequencies = THETA ** (-np.arange(half) / half)
    query = {(i, HIDDEN - 1): sharpness * np.cos(f) for i, f in enumerate(frequencies)}
    query |= {(i + half, HIDDEN - 1): -sharpness * np.sin(f) for i, f in enumerate(frequencies)}
    key = {(i, HIDDEN - 1): 1.0 for i in range(half)}
    value = {(ROTATED + word, word): 1.0 for word in range(WORDS)}
    return head(query, key, value)


def main():
    folder = pathlib.Path(__file__).with_suffix("")
    folder.mkdir(exist_ok=True)
    words = np.zeros((WORDS, HIDDEN))
    words[:, :WORDS] = np.eye(WORDS)
    words[:, HIDDEN - 1] = 1
    sink = head({(ROTATED, HIDDEN - 1): 4.0}, {(ROTATED, 1): 4.0})
    match = head({(ROTATED + w, w): 8.0 for w in range(WORDS)}, {(ROTATED + w, WORDS + w): 8.0 for w in range(WORDS)})
    copy = np.zeros((HIDDEN, HEADS * DIM))
    for word in range(WORDS):
        copy[WORDS + word, ROTATED + word] = 0.2
    layers = [([previous(4.0), sink], copy), ([match, head()], np.zeros_like(copy))]
    tensors = {"embed_tokens.weight": words, "norm.weight": np.ones(HIDDEN)}
    for i, (heads, output) in enumerate(layers):
        parts = {"self_attn.qkv_proj": projections(heads), "self_attn.o_proj": output}
        parts |= {"mlp.gate_up_proj": np.zeros((2 * INNER, HIDDEN)), "mlp.down_proj": np.zeros((HIDDEN, INNER))}
        parts |= {name: np.ones(HIDDEN) for name in ("input_layernorm", "post_attention_layernorm")}
        tensors |= {f"layers.{i}.{name}.weight": part for name, part in parts.items()}
    tensors = {f"model.{name}": tensor.astype("float16") for name, tensor in tensors.items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    config = dict(architectures=["Phi3ForCausalLM"], model_type="phi3", vocab_size=WORDS, hidden_size=HIDDEN)
    config |= dict(num_hidden_layers=LAYERS, num_attention_heads=HEADS, num_key_value_heads=HEADS, head_dim=DIM)
    config |= dict(intermediate_size=INNER, partial_rotary_factor=0.5, rope_theta=THETA, max_position_embeddings=512)
    config |= dict(rms_norm_eps=1e-5, hidden_act="silu", pad_token_id=0, bos_token_id=1, eos_token_id=1, sliding_window=None)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


main()
