"""Writes rotary.json: what Transformers makes of rotary positions, for tests/lib/attention/rotary_golden_test.cpp.

python3 rotary.py   (made with torch 2.15.0 and transformers 5.24.0, on the CPU)

A case is a rope_parameters and a text's length; `frequencies`, `factor`, `cos` and `sin` (at `positions`, a row each, of
the first half: the second is the same) are those of GPTNeoXRotaryEmbedding, whose inverse frequencies are those of
ROPE_INIT_FUNCTIONS and which rotates a part of a head if told to. `rotated` is what apply_rotary_pos_emb makes of a head
of `head` features at the last of the positions: GPT-NeoX's (half-split) or GPT-J's (interleaved), of numbers 1 / 1, -1 / 2,
1 / 3, ... in float32.

It also prints how often torch's float32 differs from numbers that are rounded once from float64.
"""

import json
import pathlib

import numpy as np
import torch
from transformers import GPTNeoXConfig
from transformers.models.gptj import modeling_gptj
from transformers.models.gpt_neox.modeling_gpt_neox import GPTNeoXRotaryEmbedding, apply_rotary_pos_emb

LONG = [1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 9.0, 17.5]
SHORT = [1.0, 1.0, 1.05, 1.1, 1.2, 1.3, 1.4, 1.5]

CASES = [
    # name, tokens, head features, most positions, rope_parameters
    ("default", 200, 16, 256, {"rope_type": "default", "rope_theta": 10000.0}),
    ("default, large theta", 5000, 128, 8192, {"rope_type": "default", "rope_theta": 1000000.0}),
    ("default, partial", 100, 20, 256, {"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5}),
    ("default, partial, no power of two", 100, 24, 256, {"rope_type": "default", "rope_theta": 500.0, "partial_rotary_factor": 0.25}),
    ("linear", 100, 16, 256, {"rope_type": "linear", "rope_theta": 10000.0, "factor": 8.0}),
    ("linear, odd factor", 100, 64, 256, {"rope_type": "linear", "rope_theta": 1000000.0, "factor": 2.7}),
    ("dynamic, short", 30, 16, 64, {"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 4.0}),
    ("dynamic, just", 64, 16, 64, {"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 4.0}),
    ("dynamic, one more", 65, 16, 64, {"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 4.0}),
    ("dynamic, long", 200, 64, 64, {"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 1.7}),
    ("yarn", 100, 64, 128, {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0, "original_max_position_embeddings": 32}),
    ("yarn, long", 100, 128, 131072, {"rope_type": "yarn", "rope_theta": 1000000.0, "factor": 4.0, "original_max_position_embeddings": 32768}),
    ("yarn, attention_factor", 100, 16, 128, {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0, "original_max_position_embeddings": 32, "attention_factor": 0.8}),
    ("yarn, mscale", 100, 16, 128, {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 40.0, "original_max_position_embeddings": 32, "mscale": 1.0, "mscale_all_dim": 0.707}),
    ("yarn, betas", 100, 32, 128, {"rope_type": "yarn", "rope_theta": 5000.0, "factor": 16.0, "original_max_position_embeddings": 64, "beta_fast": 8.0, "beta_slow": 2.0}),
    ("yarn, not truncated", 100, 64, 128, {"rope_type": "yarn", "rope_theta": 150000.0, "factor": 32.0, "original_max_position_embeddings": 4096, "truncate": False}),
    ("longrope, short", 64, 16, 256, {"rope_type": "longrope", "rope_theta": 10000.0, "original_max_position_embeddings": 64, "short_factor": SHORT, "long_factor": LONG}),
    ("longrope, long", 65, 16, 256, {"rope_type": "longrope", "rope_theta": 10000.0, "original_max_position_embeddings": 64, "short_factor": SHORT, "long_factor": LONG}),
    ("longrope, factors", 65, 16, 256, {"rope_type": "longrope", "rope_theta": 10000.0, "original_max_position_embeddings": 64, "short_factor": SHORT, "long_factor": LONG, "factor": 2.0}),
    ("longrope, attention_factor", 20, 16, 256, {"rope_type": "longrope", "rope_theta": 10000.0, "original_max_position_embeddings": 64, "short_factor": SHORT, "long_factor": LONG, "attention_factor": 1.3}),
    ("llama3", 300, 64, 131072, {"rope_type": "llama3", "rope_theta": 500000.0, "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}),
    ("llama3, small", 100, 32, 256, {"rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}),
]


def numbers(tensor):
    return [float(str(x)) for x in tensor.flatten().numpy()]  # the shortest that are these float32


def rotated(cos, sin, head):
    """Of one head at one position; cos and sin [dims / 2]."""
    x = torch.tensor([(-1) ** i / (i + 1) for i in range(head)], dtype=torch.float32).reshape(1, 1, 1, head)
    both = torch.cat((cos, cos)).reshape(1, 1, -1), torch.cat((sin, sin)).reshape(1, 1, -1)
    half_split, _ = apply_rotary_pos_emb(x, x, *both)
    dims = 2 * len(cos)
    turned = modeling_gptj.apply_rotary_pos_emb(x[..., :dims], sin.reshape(1, 1, -1), cos.reshape(1, 1, -1))
    return numbers(half_split), numbers(torch.cat((turned, x[..., dims:]), -1))


def make(name, tokens, head, most, parameters):
    config = GPTNeoXConfig(hidden_size=4 * head, num_attention_heads=4, max_position_embeddings=most,
                        original_max_position_embeddings=parameters.get("original_max_position_embeddings", most),
                        rope_parameters={"partial_rotary_factor": 1.0} | parameters)
    config.head_dim = head
    rotary = GPTNeoXRotaryEmbedding(config)
    cos, sin = rotary(torch.zeros(1, dtype=torch.float32), torch.arange(tokens)[None])
    half = cos.shape[-1] // 2
    cos, sin = cos[0, :, :half], sin[0, :, :half]
    positions = [1, tokens - 1]
    half_split, interleaved = rotated(cos[positions[-1]], sin[positions[-1]], head)
    angles = (torch.arange(tokens)[:, None].float() * rotary.inv_freq).double().numpy()
    once = [(np.float32(f(angles)) * np.float32(rotary.attention_scaling)) for f in (np.cos, np.sin)]
    wrong = sum(int((a.numpy() != b).sum()) for a, b in zip((cos, sin), once))
    return {
        "name": name, "tokens": tokens, "head": head, "most": most, "parameters": parameters,
        "frequencies": numbers(rotary.inv_freq), "factor": rotary.attention_scaling, "positions": positions,
        "cos": [numbers(cos[p]) for p in positions], "sin": [numbers(sin[p]) for p in positions],
        "rotated": half_split, "interleaved": interleaved,
    }, wrong, 2 * angles.size


def powers():
    """Of theta ** (2 i / dims), how many torch rounds as once from float64."""
    wrong = total = 0
    for theta in (500.0, 10000.0, 160000.0, 500000.0, 1000000.0):
        for dims in range(2, 258, 2):
            exponents = torch.arange(0, dims, 2, dtype=torch.float32) / dims
            once = np.float32(theta ** exponents.double().numpy())
            wrong += int((theta ** exponents).numpy().__ne__(once).sum())
            total += len(once)
    return wrong, total


made = [make(*case) for case in CASES]
print("cos and sin that are not rounded once: %d of %d" % (sum(m[1] for m in made), sum(m[2] for m in made)))
print("powers that are not rounded once: %d of %d" % powers())
lines = ",\n".join(json.dumps(m[0]) for m in made)
(pathlib.Path(__file__).parent / "rotary.json").write_text('{"cases": [\n' + lines + "\n]}\n")
