"""Makes torch_random/models.txt: what PyTorch's constructors leave in the weights after torch.manual_seed.

Run it with PyTorch's wheel for the CPU path of a machine with AVX2: python3 torch_random.py

Each model is a line "model TITLE SEED" and its modules in the order of construction:
  embedding NAME ROWS COLUMNS CHECKSUM BITS...
  linear NAME STACKED_ROWS FIRST_ROW ROWS COLUMNS CHECKSUM_OF_WEIGHT CHECKSUM_OF_BIAS BITS_OF_WEIGHT...
BITS are the float32 bits of the first elements, CHECKSUM the sum of bits[i] * (2 i + 1) modulo 2^64.

Order of construction: the embedding; then for each query head its query Linear and, where the head is the
first of its group (head % (heads / kv_heads) == 0), the group's key and value Linear; then the output Linear.
"""

import math
import pathlib

import numpy as np
import torch
from torch import nn


def bits(parameter):
    return parameter.detach().numpy().reshape(-1).view(np.uint32)


def checksum(parameter):
    b = bits(parameter).astype(np.uint64)
    return f"{int((b * (2 * np.arange(b.size, dtype=np.uint64) + 1)).sum(dtype=np.uint64)):016x}"


def first(parameter, count=4):
    return " ".join(f"{b:08x}" for b in bits(parameter)[:count])


def embedding(name, rows, columns):
    weight = nn.Embedding(rows, columns).weight
    return f"embedding {name} {rows} {columns} {checksum(weight)} {first(weight)}"


def linear(name, stacked_rows, first_row, rows, columns):
    made = nn.Linear(columns, rows)
    sums = f"{checksum(made.weight)} {checksum(made.bias)}"
    return f"linear {name} {stacked_rows} {first_row} {rows} {columns} {sums} {first(made.weight)}"


def attention(vocab, hidden, heads, kv_heads, head_dim):
    yield embedding("tokens", vocab, hidden)
    group = heads // kv_heads
    for head in range(heads):
        yield linear("query", heads * head_dim, head * head_dim, head_dim, hidden)
        if head % group == 0:
            for name in ("key", "value"):
                yield linear(name, kv_heads * head_dim, head // group * head_dim, head_dim, hidden)
    yield linear("output", hidden, 0, hidden, heads * head_dim)


def several_embeddings():
    """Normals left over by an odd count below 16 wait for the next such count, whatever lies between."""
    yield embedding("a", 1, 3)
    yield linear("b", 5, 0, 5, 7)
    yield embedding("c", 3, 6)
    yield embedding("d", 1, 1)
    yield embedding("e", 3, 5)
    yield embedding("f", 1, 2)
    yield linear("g", 2, 0, 2, 3)


def check_bounds():
    """One bound serves weight and bias: kaiming_uniform_'s is the same float as 1 / sqrt(fan_in)."""
    gain = nn.init.calculate_gain("leaky_relu", math.sqrt(5))
    for fan_in in range(1, 8193):
        bound = math.sqrt(3.0) * (gain / math.sqrt(fan_in))
        assert np.float32(bound) == np.float32(1 / math.sqrt(fan_in)), fan_in


def models():
    for seed in (0, 42):
        yield "tutorial", seed, attention(30522, 768, 12, 12, 64)
    yield "grouped-queries", 42, attention(1000, 96, 8, 2, 12)
    yield "one-key-head", 7, attention(64, 40, 4, 1, 10)
    yield "heads-wider-than-hidden", 1, attention(50, 24, 3, 3, 32)
    for seed in (0, 42, 137, 2**32 + 5, 2**64 - 1, -1, -5, -(2**63)):
        yield "seed", seed, attention(5, 7, 1, 1, 3)
    for rows, columns in [(1, 1), (2, 1), (1, 3), (3, 5), (2, 7), (16, 1), (1, 16), (4, 8), (101, 37), (3, 1000)]:
        yield f"embedding-{rows}x{columns}", 5, attention(rows, columns, 1, 1, 2)
    for rows in range(17, 41):
        yield f"embedding-{rows}x1", rows, attention(rows, 1, 1, 1, 1)
    for columns in (1, 3, 7, 37, 768):
        yield f"fan-in-{columns}", 11, attention(2, columns, 2, 1, 5)
    for seed in (3, 4):
        yield "several-embeddings", seed, several_embeddings()


def main():
    check_bounds()
    target = pathlib.Path(__file__).with_suffix("") / "models.txt"
    with target.open("w") as file:
        print(f"# made by torch_random.py with torch {torch.__version__}, numpy {np.__version__}", file=file)
        for title, seed, modules in models():
            torch.manual_seed(seed)
            print(f"model {title} {seed}", *modules, sep="\n", file=file)


main()
