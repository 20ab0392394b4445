"""Writes positions.json: what Transformers adds to scores, for tests/lib/attention/position_golden_test.cpp.

python3 positions.py   (made with torch 2.15.0 and transformers 5.24.0, on the CPU)

`buckets`: for each rule, the bucket of each distance key - query from -`reach` to `reach`, by T5Attention's
_relative_position_bucket, as [bucket, how many in a row] pairs; `mpnet` the same by MPNetEncoder. `alibi`: for each number
of heads, the slopes, which are what BLOOM's build_alibi_tensor gives for position 1, and its biases of a few positions.
"""

import itertools
import json
import pathlib

import torch
from transformers.models.bloom.modeling_bloom import build_alibi_tensor
from transformers.models.mpnet.modeling_mpnet import MPNetEncoder
from transformers.models.t5.modeling_t5 import T5Attention

REACH = 3000
RULES = [(32, 128), (32, 64), (16, 20), (8, 100), (4, 10), (64, 256), (10, 128), (24, 77), (320, 800), (32, 1000)]
DISTANCES = torch.arange(-REACH, REACH + 1)


def runs(buckets):
    return [[bucket, len(list(group))] for bucket, group in itertools.groupby(int(b) for b in buckets)]


def rule(buckets, most, bidirectional):
    made = T5Attention._relative_position_bucket(DISTANCES, bidirectional, buckets, most)
    return {"buckets": buckets, "max_distance": most, "bidirectional": bidirectional, "runs": runs(made)}


def alibi(heads):
    made = build_alibi_tensor(torch.ones(1, 40), heads, torch.float32)[:, 0]
    return {"heads": heads, "slopes": [float(x) for x in made[:, 1]], "at_39": [float(x) for x in made[:, 39]]}


document = {
    "reach": REACH,
    "buckets": [rule(*r, b) for r in RULES for b in (True, False)],
    "mpnet": runs(MPNetEncoder.relative_position_bucket(DISTANCES)),
    "alibi": [alibi(heads) for heads in list(range(1, 21)) + [32, 71, 112]],
}
(pathlib.Path(__file__).parent / "positions.json").write_text(json.dumps(document) + "\n")
