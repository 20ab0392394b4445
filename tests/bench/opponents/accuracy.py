"""Errors of mha and of PyTorch in float32 against PyTorch in float64, relative to the largest number.

A program: prints a line of JSON for each comparison. Arguments: mha, model."""

import json
import pathlib
import subprocess
import sys
import tempfile

import numpy
import torch

from opponents import pytorch
from opponents.cases import LAYER, Case

SEED = 42


def ids_of(tokens):
    return numpy.random.default_rng(3).integers(1000, 30000, tokens).tolist()


def by_mha(mha, ids, options):
    """The tensor that the options choose; they end with its name."""
    *others, name = options
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "tensor.npy"
        command = [mha, "--ids", ",".join(map(str, ids)), "--quiet", *others, "--save", f"{name}={file}"]
        subprocess.run(command, stdin=subprocess.DEVNULL, check=True)
        return numpy.load(file)


def tutorial(ids):
    """Input and weights of the tutorial's layer, drawn in its order: a Linear for each head's query, key and value."""
    torch.manual_seed(SEED)
    x = torch.nn.Embedding(30522, LAYER.hidden)(torch.tensor([ids]))
    heads = [[torch.nn.Linear(LAYER.hidden, LAYER.head_dim) for _ in range(3)] for _ in range(LAYER.heads)]
    linears = {"qkv": [head[i] for i in range(3) for head in heads]}
    linears["out"] = [torch.nn.Linear(LAYER.hidden, LAYER.hidden)]
    weights = {}
    for name, parts in linears.items():
        for kind in ("weight", "bias"):
            weights[f"{name}.{kind}"] = torch.cat([getattr(part, kind) for part in parts]).detach().numpy()
    return x.detach().numpy(), [weights]


def show(what, exact, outputs):
    size = abs(exact).max()
    errors = {name: float(abs(output - exact).max() / size) for name, output in outputs.items()}
    print(json.dumps({"what": what, "errors": errors}), flush=True)


def layer(mha, tokens):
    ids = ids_of(tokens)
    x, weights = tutorial(ids)
    case = Case("layer", LAYER, 1, tokens, 1)
    outputs = {"mha": by_mha(mha, ids, ["--seed", str(SEED), "output"])}
    outputs |= {name: call().numpy() for name, call in pytorch.forms(case, weights, x).items()}
    show(f"layer, {tokens} tokens", pytorch.reference(case, weights, x), outputs)


def checkpoint(mha, model, tokens):
    from transformers import AutoModel

    ids = ids_of(tokens)
    outputs = {"mha": by_mha(mha, ids, ["--model", model, "--layers", "all", "final"])}
    with torch.inference_mode():
        for form in ("eager", "sdpa"):
            encoder = AutoModel.from_pretrained(model, dtype=torch.float32, attn_implementation=form).eval()
            outputs[f"Transformers {form}"] = encoder(torch.tensor([ids])).last_hidden_state.numpy()
        exact = encoder.double()(torch.tensor([ids])).last_hidden_state.numpy()
    show(f"all-MiniLM-L6-v2, {tokens} tokens", exact, outputs)


if __name__ == "__main__":
    mha, model = sys.argv[1:]
    for tokens in (5, 128, 512):
        layer(mha, tokens)
    for tokens in (7, 128, 512):
        checkpoint(mha, model, tokens)
