"""Makes tests/golden/own_heads/: what torch.nn.functional.scaled_dot_product_attention gives for heads that are projected
already. tests/app/own_heads_test.cpp feeds mha the same heads.

python3 own_heads.py   (made with torch 2.15.0 and numpy 2.4.6, on the CPU)

query, key and value are float32, but for the case multi_query; `heads` and `weights` are computed in float64 from them, and
`heads32` is what PyTorch itself gives in float32. Weights are attention over values that are the unit vectors.
"""

import pathlib

import numpy as np
import torch
from torch.nn.functional import scaled_dot_product_attention as attention

HERE = pathlib.Path(__file__).parent / "own_heads"


def case(name, queries, keys, dtype=torch.float32, batched=True, **options):
    """queries [B, H, T, head_dim], keys [B, H_kv, S, head_dim]"""
    torch.manual_seed(len(name))
    q, k, v = torch.randn(queries, dtype=dtype), torch.randn(keys, dtype=dtype), torch.randn(keys, dtype=dtype)
    exact = lambda values: attention(q.double(), k.double(), values.double(), enable_gqa=True, **options)
    tensors = {
        "query": q,
        "key": k,
        "value": v,
        "weights": exact(torch.eye(keys[2]).expand(keys[0], keys[1], -1, -1)),
        "heads": exact(v),
        "heads32": attention(q.float(), k.float(), v.float(), enable_gqa=True, **options),
    }
    (HERE / name).mkdir(parents=True, exist_ok=True)
    for tensor, values in tensors.items():
        if tensor in ("query", "key", "value") and not batched:
            values = values[0]
        np.save(HERE / name / f"{tensor}.npy", values.numpy())
    if "attn_mask" in options:
        np.save(HERE / name / "mask.npy", options["attn_mask"].numpy())


case("plain", (3, 2, 7, 5), (3, 2, 7, 5))
case("grouped", (2, 6, 5, 10), (2, 2, 37, 10))
case("causal", (1, 3, 41, 16), (1, 3, 41, 16), batched=False, is_causal=True)
case("multi_query", (1, 4, 3, 64), (1, 1, 9, 64), dtype=torch.float64)
# Every query sees its own key at least.
case("masked", (2, 2, 6, 3), (2, 2, 6, 3), attn_mask=torch.eye(6).bool() | (torch.arange(144).reshape(2, 2, 6, 6) % 3 == 0))
