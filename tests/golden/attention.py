"""Makes tests/golden/attention/: what PyTorch computes for the layers that tests/lib/model/forward_golden_test.cpp runs.

python3 attention.py   (made with torch 2.15.0 and numpy 2.4.6, on the CPU)

Weights are float32 as the constructors draw them; everything after them runs in float64, so that the files hold the
truth to which float32 results are compared. `output32` is the output that PyTorch itself gives in float32.
"""

import math
import pathlib

import numpy as np
import torch
from torch import nn

HERE = pathlib.Path(__file__).parent / "attention"


def construct(seed, vocab, hidden, heads, kv_heads, head_dim):
    """The tutorial's order: embedding; per head query, key, value; output. A group's key and value follow the query of
    its first head."""
    torch.manual_seed(seed)
    embedding = nn.Embedding(vocab, hidden)
    query, key, value = [], [], []
    for head in range(heads):
        query.append(nn.Linear(hidden, head_dim))
        if head % (heads // kv_heads) == 0:
            key.append(nn.Linear(hidden, head_dim))
            value.append(nn.Linear(hidden, head_dim))
    return embedding, query, key, value, nn.Linear(heads * head_dim, hidden)


def attend(layer, ids, context, mask, dtype):
    """One sequence; mask [T, S] is 1 where a query may attend to a key."""
    embedding, queries, keys, values, output = layer
    linear = lambda m, x: nn.functional.linear(x, m.weight.to(dtype), m.bias.to(dtype))
    x = embedding(torch.tensor(ids)).to(dtype)
    c = embedding(torch.tensor(context)).to(dtype)
    group = len(queries) // len(keys)
    result = {"embeddings": x, "scores": [], "weights": [], "heads": []}
    for h, m in enumerate(queries):
        q, k, v = linear(m, x), linear(keys[h // group], c), linear(values[h // group], c)
        scores = q @ k.T / math.sqrt(q.shape[-1])
        scores = scores.masked_fill(mask == 0, -math.inf)
        weights = torch.nan_to_num(torch.softmax(scores, -1), nan=0.0)  # rows that see nothing
        for name, tensor in (("scores", scores), ("weights", weights), ("heads", weights @ v)):
            result[name].append(tensor)
    for name, modules, source in (("query", queries, x), ("key", keys, c), ("value", values, c)):
        result[name] = torch.stack([linear(m, source) for m in modules])
    result["x"] = torch.cat(result["heads"], -1)
    result["output"] = linear(output, result["x"])
    return {n: torch.stack(t) if isinstance(t, list) else t for n, t in result.items()}


def pad(tensors, shape):
    out = np.zeros([len(tensors)] + shape)
    for i, t in enumerate(tensors):
        out[(i,) + tuple(slice(0, n) for n in t.shape)] = t.numpy()
    return out


def case(name, sizes, sequences, contexts, mask_of, keep):
    layer = construct(*sizes)
    (HERE / name).mkdir(parents=True, exist_ok=True)
    T, S = max(map(len, sequences)), max(map(len, contexts))
    runs, runs32 = [], []
    with torch.inference_mode():
        for i, (ids, context) in enumerate(zip(sequences, contexts)):
            mask = mask_of(i, len(ids), len(context))
            runs.append(attend(layer, ids, context, mask, torch.float64))
            runs32.append(attend(layer, ids, context, mask, torch.float32))
    for tensor in keep:
        parts = [r[tensor] for r in runs]
        shape = [max(p.shape[d] for p in parts) for d in range(parts[0].dim())]
        padded = pad(parts, shape)
        if tensor == "scores":  # a padding key is a masked key
            for i, (ids, context) in enumerate(zip(sequences, contexts)):
                padded[i, :, : len(ids), len(context) :] = -np.inf
        np.save(HERE / name / f"{tensor}.npy", padded)
    output = pad([r["output"] for r in runs32], [T, sizes[2]])
    np.save(HERE / name / "output32.npy", output.astype(np.float32))


ALL = ["embeddings", "query", "key", "value", "scores", "weights", "heads", "x", "output"]
FULL = lambda i, t, s: torch.ones(t, s)


def windowed(i, t, s):
    """--causal --window 3 --key-mask 1,0,1,1,1,1,1 --query-mask 1,1,1,0,1,1"""
    q, k = torch.arange(t)[:, None], torch.arange(s)[None]
    mask = (k <= q) & (k > q - 3)
    mask &= torch.tensor([1, 0, 1, 1, 1, 1, 1])[None, :s].bool()
    mask &= torch.tensor([1, 1, 1, 0, 1, 1])[:t, None].bool()
    return mask.int()


def symmetric(i, t, s):
    """--window 2"""
    return ((torch.arange(t)[:, None] - torch.arange(s)[None]).abs() <= 2).int()


arrow = [2051, 10029, 2066, 2019, 8612]
case("tutorial", (42, 30522, 768, 12, 12, 64), [arrow], [arrow], FULL, ["weights", "output"])
batch = [[3, 1, 4, 1, 5], [9], [2, 6, 5, 3, 5, 8, 9, 7, 100]]
case("grouped", (7, 101, 48, 6, 2, 8), batch, batch, FULL, ALL)
case("cross", (11, 50, 36, 3, 3, 5), [[1, 2, 3, 4, 5, 6], [7, 8]], [[9, 8, 7, 6, 5, 4, 3], [10, 11, 12]], windowed, ALL)
long = [[(i * i + 3 * i) % 60 for i in range(41)], [(7 * i) % 60 for i in range(33)]]
case("windowed", (2**32 + 3, 60, 16, 2, 2, 8), long, long, symmetric, ["weights", "output"])
