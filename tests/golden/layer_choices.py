"""Makes tests/golden/layer_choices/: the layer of random weights with positions, scales, bounds and norms of its own.

python3 layer_choices.py   (made with torch 2.15.0, transformers 5.24.0 and numpy 2.4.6, on the CPU)

A folder has `arguments`, the options of mha, and weights.npy and output.npy in float64 from weights as the constructors
draw them: the embedding; of each head its query, and of its group key and value; the output; then T5's table. Cosines
and sines of rotary positions are rounded to float32, as Transformers has them.
"""

import math
import pathlib
import shutil

import numpy as np
import torch
from torch import nn
from transformers.models.bloom.modeling_bloom import build_alibi_tensor
from transformers.models.t5.modeling_t5 import T5Attention

HERE = pathlib.Path(__file__).with_suffix("")
IDS = [3, 1, 4, 15, 9, 2, 6, 5, 35, 8, 7, 31, 40, 12]
HIDDEN, VOCAB, HEADS, SEED = 24, 41, 3, 5


def construct(kv_heads, dim):
    torch.manual_seed(SEED)
    embedding = nn.Embedding(VOCAB, HIDDEN)
    query, key, value = [], [], []
    for head in range(HEADS):
        query.append(nn.Linear(HIDDEN, dim))
        if head % (HEADS // kv_heads) == 0:
            key.append(nn.Linear(HIDDEN, dim))
            value.append(nn.Linear(HIDDEN, dim))
    return embedding, query, key, value, nn.Linear(HEADS * dim, HIDDEN), nn.Embedding(32, HEADS)


def rotate(x, theta):
    half = x.shape[-1] // 2
    frequencies = 1 / theta ** (torch.arange(half).float() * 2 / x.shape[-1])
    angles = (torch.arange(len(x)).float()[:, None] * frequencies).double()
    cos, sin = angles.cos().float().double(), angles.sin().float().double()
    a, b = x[:, :half], x[:, half:]
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


def norm(x):
    return x / (x.square().mean(-1, keepdim=True) + 1e-6).sqrt()


def bias(kind, table, count, causal):
    distance = torch.arange(count)[None] - torch.arange(count)[:, None]
    if kind == "t5":
        bucket = T5Attention._relative_position_bucket(distance, bidirectional=not causal)
        return table.weight.double()[bucket].permute(2, 0, 1)
    if kind == "alibi":
        slopes = build_alibi_tensor(torch.ones(1, 2), HEADS, torch.float32)[:, 0, 1].double()
        return -slopes[:, None, None] * distance.abs()
    return torch.zeros(HEADS, 1, 1).double()


def attend(kv_heads=3, dim=8, positions="none", theta=10000.0, scale=None, softcap=None, qk_norm=False, causal=False,
           window=None):
    embedding, queries, keys, values, output, table = construct(kv_heads, dim)
    linear = lambda m, x: nn.functional.linear(x, m.weight.double(), m.bias.double())
    x = embedding(torch.tensor(IDS)).double()
    biases = bias(positions, table, len(IDS), causal)
    behind = torch.arange(len(IDS))[:, None] - torch.arange(len(IDS))[None]
    seen = torch.ones_like(behind, dtype=bool)
    if causal:
        seen &= behind >= 0
    if window:
        seen &= (behind < window) if causal else (behind.abs() <= window)
    maps, heads = [], []
    for h in range(HEADS):
        group = h // (HEADS // kv_heads)
        q, k, v = linear(queries[h], x), linear(keys[group], x), linear(values[group], x)
        if qk_norm:
            q, k = norm(q), norm(k)
        if positions == "rotary":
            q, k = rotate(q, theta), rotate(k, theta)
        scores = q @ k.T * (scale or 1 / math.sqrt(dim)) + biases[h]
        if softcap:
            scores = softcap * torch.tanh(scores / softcap)
        maps.append(torch.softmax(scores.masked_fill(~seen, -math.inf), -1))
        heads.append(maps[-1] @ v)
    return torch.stack(maps)[None], linear(output, torch.cat(heads, -1))[None]


def case(name, arguments, **choices):
    folder = HERE / name
    folder.mkdir(parents=True)
    sizes = f"--hidden-size {HIDDEN} --num-heads {HEADS} --vocab-size {VOCAB} --seed {SEED}"
    (folder / "arguments").write_text(f"--ids {','.join(map(str, IDS))} {sizes} {arguments}\n")
    with torch.inference_mode():
        for file, tensor in zip(("weights", "output"), attend(**choices)):
            np.save(folder / f"{file}.npy", tensor.numpy())


shutil.rmtree(HERE, ignore_errors=True)
case("rotary", "--positions rotary --rope-theta 50", positions="rotary", theta=50.0)
case("alibi", "--positions alibi", positions="alibi")
case("t5", "--positions t5", positions="t5")
case("t5_causal", "--positions t5 --causal", positions="t5", causal=True)
case("scale", "--scale 0.7", scale=0.7)
case("softcap", "--softcap 0.4", softcap=0.4)
case("qk_norm", "--qk-norm", qk_norm=True)
case("all", "--positions rotary --qk-norm --softcap 0.5 --scale 0.3 --causal --window 3 --num-kv-heads 1 --head-dim 10",
     kv_heads=1, dim=10, positions="rotary", scale=0.3, softcap=0.5, qk_norm=True, causal=True, window=3)
