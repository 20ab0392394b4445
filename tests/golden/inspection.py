"""Writes inspection.json: what PyTorch and Transformers count in the checkpoints of families/, and numpy in some tensors.

python3 inspection.py   (made with torch 2.15.0, transformers 5.24.0 and safetensors 0.8.0, on the CPU)

"parameters" are those of the class that config.json names, tied ones once; "needed" those of the bare model without its
pooler; "flops" what torch.utils.flop_counter counts in its layers for one sequence of TOKENS tokens: twice the
multiplications of matrices. "numbers" has the statistics of tensors made here, saved in inspection.safetensors, as numpy
finds them in float64 over finite numbers.
"""

import json
import pathlib

import numpy as np
import torch
import transformers
from safetensors.torch import save_file
from torch.utils.flop_counter import FlopCounterMode

HERE = pathlib.Path(__file__).parent
TOKENS = 33


def count(module):
    return sum(parameter.numel() for parameter in module.parameters()) if module is not None else 0


def layers_of(base):
    """The layers in the order in which they run: some models run one several times."""
    encoder = getattr(base, "encoder", None) or base.transformer
    groups = getattr(encoder, "albert_layer_groups", None)
    if groups is None:
        return encoder.layer
    config, layers = base.config, []
    for layer in range(config.num_hidden_layers):
        group = int(layer / (config.num_hidden_layers / config.num_hidden_groups))
        layers += groups[group].albert_layers
    return layers


def flops(base):
    hidden = torch.zeros(1, TOKENS, base.config.hidden_size)
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        for layer in layers_of(base):
            layer(hidden)
    return counter.get_total_flops()


def checkpoint(folder):
    config = json.loads((folder / "config.json").read_text())
    kind = getattr(transformers, config["architectures"][0])
    model = kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    base = model.base_model
    pooler = [child for name, child in base.named_children() if name.startswith("pooler")]
    return {
        "parameters": count(model),
        "needed": count(base) - sum(map(count, pooler)),
        "flops": flops(base),
    }


def tensors():
    generator = np.random.default_rng(6)
    normal = generator.standard_normal((37, 129)) * 3 + 1e4
    odd = normal.astype(np.float32)
    odd[3, 7], odd[30, 1], odd[36, 128], odd[0, :5] = np.nan, np.inf, -np.inf, 0
    yield "f64", torch.tensor(normal)
    yield "f32", torch.tensor(odd)
    yield "f16", torch.tensor(normal / 100).half()
    yield "bf16", torch.tensor(-normal).bfloat16()
    yield "nothing_finite", torch.tensor([float("nan"), float("inf")])
    yield "empty", torch.zeros(3, 0)
    yield "scalar", torch.tensor(-2.5)
    yield "large", torch.tensor([1.5e150, 1.7e150, -1.6e150, 0, 0, 0, 0], dtype=torch.float64)
    for dtype in (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.uint16, torch.uint32):
        least = 0 if dtype.is_signed is False else -128
        yield str(dtype).split(".")[1], torch.tensor(generator.integers(least, 127, (11, 3))).to(dtype)
    yield "bool", torch.tensor(generator.integers(0, 2, 100)).bool()


def stats(tensor):
    numbers = tensor.double().numpy().reshape(-1)
    finite = numbers[np.isfinite(numbers)]
    bad = np.flatnonzero(~np.isfinite(numbers))
    value = lambda function: float(function(finite)) if finite.size else None
    return {
        "count": numbers.size,
        "min": value(np.min),
        "max": value(np.max),
        "mean": value(np.mean),
        "std": value(np.std),
        "zeros": int((finite == 0).sum()),
        "nan": int(np.isnan(numbers).sum()),
        "inf": int(np.isinf(numbers).sum()),
        "first_bad": [int(i) for i in np.unravel_index(bad[0], tensor.shape)] if bad.size else None,
    }


def main():
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.manual_seed(0)
    folders = sorted(path.parent for path in (HERE / "families").glob("*/config.json"))
    made = dict(tensors())
    save_file(made, HERE / "inspection.safetensors")
    result = {
        "versions": f"torch {torch.__version__.split('+')[0]}, transformers {transformers.__version__}, numpy {np.__version__}",
        "tokens": TOKENS,
        "checkpoints": {folder.name: checkpoint(folder) for folder in folders},
        "numbers": {name: stats(tensor) for name, tensor in made.items()},
    }
    (HERE / "inspection.json").write_text(json.dumps(result, indent=1) + "\n")


main()
