"""Writes disentangled.json: DeBERTa's attention, for tests/lib/attention/disentangled_golden_test.cpp.

python3 disentangled.py   (made with torch 2.15.0 and transformers 5.24.0, on the CPU)

Transformers' DisentangledSelfAttention in float64, whose projections are replaced by numbers that the test makes too:
number i of a tensor is ((i * 7919 + seed) % 1009 - 504) / 256. Seeds: query 1, key 2, value 3, position key 4, position
query 5. `weights` [heads, rows, tokens] and `x` [rows, heads * head_dim] are those of the rows (queries) named.
`buckets`: the bucket of each distance query - key from -reach to reach, by make_log_bucket_position, as [bucket, how many
in a row] pairs.
"""

import itertools
import json
import pathlib

import torch
from torch import nn
from transformers import DebertaV2Config
from transformers.models.deberta_v2 import modeling_deberta_v2 as deberta

HEADS, HEAD_DIM, REACH = 2, 6, 1500
RULES = [(256, 512), (8, 20), (8, 512), (32, 100), (64, 512), (10, 30), (256, 1024), (6, 7)]
CASES = [
    # tokens, position_buckets, max_relative_positions, pos_att_type, share_att_key
    (24, 8, 20, ["c2p", "p2c"], True),
    (24, 8, 20, ["c2p", "p2c"], False),
    (24, 8, 20, ["c2p"], False),
    (24, 8, 20, ["p2c"], False),
    (9, 8, 20, ["p2c", "c2p"], True),
    (40, -1, 5, ["c2p", "p2c"], True),
    (33, -1, 50, ["c2p", "p2c"], True),
    (80, 32, 60, ["c2p", "p2c"], True),
    (1, 8, 20, ["c2p", "p2c"], True),
]


def numbers(seed, rows):
    i = torch.arange(rows * HEADS * HEAD_DIM)
    return (((i * 7919 + seed) % 1009 - 504).double() / 256).reshape(1, rows, HEADS * HEAD_DIM)


class Given(nn.Module):
    """Numbers in place of a projection: one seed for the tokens, another for the positions."""

    def __init__(self, tokens_seed, positions_seed):
        super().__init__()
        self.seeds = {"tokens": tokens_seed, "positions": positions_seed}

    def forward(self, x):
        return numbers(self.seeds["positions" if x.isnan().any() else "tokens"], x.shape[1])


def run(tokens, buckets, most, types, share):
    config = DebertaV2Config(hidden_size=HEADS * HEAD_DIM, num_attention_heads=HEADS, relative_attention=True,
                             position_buckets=buckets, max_relative_positions=most, pos_att_type=types, share_att_key=share)
    module = deberta.DisentangledSelfAttention(config).double().eval()
    module.query_proj, module.key_proj, module.value_proj = Given(1, 5), Given(2, 4), Given(3, 0)
    module.pos_key_proj, module.pos_query_proj = Given(0, 4), Given(0, 5)
    hidden = torch.zeros(1, tokens, HEADS * HEAD_DIM, dtype=torch.float64)
    positions = torch.full((2 * module.pos_ebd_size, HEADS * HEAD_DIM), torch.nan, dtype=torch.float64)
    x, weights = module(hidden, torch.ones(1, 1, tokens, tokens), True, rel_embeddings=positions)
    rows = sorted({0, tokens // 2, tokens - 1})
    flat = lambda t: [float("%.12g" % v) for v in t.flatten()]
    return {"tokens": tokens, "position_buckets": max(buckets, 0), "max_relative_positions": most, "pos_att_type": types,
            "rows": rows, "weights": flat(weights[0][:, rows]), "x": flat(x[0][rows])}


def rule(buckets, most):
    made = deberta.make_log_bucket_position(torch.arange(-REACH, REACH + 1), buckets, most).long()
    runs = [[b, len(list(group))] for b, group in itertools.groupby(int(b) for b in made)]
    return {"position_buckets": buckets, "max_relative_positions": most, "runs": runs}


document = {"reach": REACH, "heads": HEADS, "head_dim": HEAD_DIM, "cases": [run(*case) for case in CASES],
            "buckets": [rule(*r) for r in RULES]}
(pathlib.Path(__file__).parent / "disentangled.json").write_text(json.dumps(document) + "\n")
