"""A case of families.py: a small random checkpoint as Transformers saves it, a batch, and what is expected of it."""

import dataclasses
import json
import shutil
import zlib
from collections.abc import Callable

import torch
import transformers
from safetensors.torch import load_file, save_file
from torch import nn

from transformers_trace import joined, load, named

ALL = ["embeddings", "query", "key", "value", "scores", "weights", "heads", "x", "output", "hidden", "final"]
BRIEF = ["embeddings", "weights", "hidden", "final"]
SHORT = ["weights", "final"]
LAST = ["final"]


@dataclasses.dataclass
class Case:
    name: str
    about: str
    kind: str  # the class that is saved
    config: dict
    sequences: list
    types: list | None = None
    keep: list = dataclasses.field(default_factory=lambda: LAST)  # which tensors of all layers
    dtype: torch.dtype = torch.float32
    shard: str = "1GB"
    rename: Callable | None = None  # of tensors
    edit: Callable | None = None  # of config.json, before Transformers reads it
    publish: Callable | None = None  # of config.json, in the end: keys that Transformers itself does not read
    reader: str = "AutoModel"  # the class that reads it
    gain: float | None = 1.2  # how much larger products with weights are than their inputs; none: all weights as 0.3
    alone: bool = False  # each sequence for itself, as positions depend on the longest of a batch
    adapt: Callable | None = None  # of the model that was read, for a text of some length


def fan_in(module, parameter):
    return parameter.shape[0 if isinstance(module, transformers.pytorch_utils.Conv1D) else -1]


def perturb(model, gain):
    """Numbers that leave nothing at its default: norms around the scale that changes nothing, all else around zero."""
    with torch.no_grad():
        for module in model.modules():
            kind = type(module).__name__
            for name, parameter in module.named_parameters(recurse=False):
                matrix = gain and parameter.dim() > 1 and not isinstance(module, nn.Embedding)
                parameter.normal_(0, gain / fan_in(module, parameter) ** 0.5 if matrix else 0.3)
                centred = "LayerNorm" in kind or "RMSNorm" in kind and not kind.startswith("Gemma")
                if centred and name == "weight":
                    parameter += 1


def batch(sequences, token_types, pad):
    longest = max(map(len, sequences))
    fill = lambda rows, value: torch.tensor([row + [value] * (longest - len(row)) for row in rows])
    inputs = {"input_ids": fill(sequences, pad), "attention_mask": fill([[1] * len(s) for s in sequences], 0)}
    return inputs | ({"token_type_ids": fill(token_types, 0)} if token_types else {})


def arguments(sequences, token_types):
    options = [("--ids", s) for s in sequences] + [("--token-types", t) for t in token_types or []]
    return " ".join(f"{name} {','.join(map(str, numbers))}" for name, numbers in options) + "\n"


def rewrite(file, edit):
    if edit:
        file.write_text(json.dumps(edit(json.loads(file.read_text())), indent=2) + "\n")


def save_checkpoint(folder, case):
    """Writes config.json and the weights."""
    torch.manual_seed(zlib.crc32(case.name.encode()))
    kind = getattr(transformers, case.kind)
    model = kind(kind.config_class(**case.config)).to(case.dtype)
    perturb(model, case.gain)
    model.save_pretrained(folder, max_shard_size=case.shard)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if case.rename:
        file = folder / "model.safetensors"
        save_file(case.rename(load_file(file)), file, metadata={"format": "pt"})
    rewrite(folder / "config.json", case.edit)
    (folder / "arguments").write_text(arguments(case.sequences, case.types))


def run(folder, case, dtype):
    """What the saved checkpoint computes in a type: name -> tensor."""

    def model(longest):
        read = load(folder, dtype, case.reader)
        if case.adapt:
            case.adapt(read, longest)
        return read

    lengths = [len(s) for s in case.sequences]
    pad = json.loads((folder / "config.json").read_text()).get("pad_token_id") or 0
    if not case.alone:
        return named(model(max(lengths)), batch(case.sequences, case.types, pad), lengths)
    types = case.types or [None] * len(lengths)
    singles = [named(model(len(s)), batch([s], t and [t], pad), [len(s)]) for s, t in zip(case.sequences, types)]
    return joined(singles, max(lengths))


def largest(tensor):
    return tensor[tensor.isfinite()].abs().max().item()


def spread(exact):
    """The mean entropy of the rows of attention weights, of the largest there can be for the keys that a row sees."""
    entropies = []
    for name, weights in exact.items():
        if name.endswith(".weights"):
            keys = (weights > 0).sum(-1)
            entropy = -(weights * weights.clamp(min=1e-300).log()).sum(-1)
            entropies.append((entropy / keys.double().log())[keys > 1])
    return torch.cat(entropies).mean().item()


def make(root, case):
    """Makes one folder; gives its lines of float32.tsv."""
    folder = root / case.name
    shutil.rmtree(folder, ignore_errors=True)
    save_checkpoint(folder, case)
    exact, single = run(folder, case, torch.float64), run(folder, case, torch.float32)
    expected = {n: t.contiguous() for n, t in sorted(exact.items()) if n.split(".")[-1] in case.keep}
    save_file(expected, folder / "expected.safetensors")
    rewrite(folder / "config.json", case.publish)
    size = sum(file.stat().st_size for file in folder.iterdir()) / 1024
    hidden = [round(largest(t), 2) for n, t in exact.items() if n.endswith(".hidden")]
    print(f"{case.name}: {case.about}; entropy {spread(exact):.2f}, hidden up to {hidden}, {size:.0f} KB")
    for tensor, values in expected.items():
        finite = values.isfinite()
        error = (single[tensor].double()[finite] - values[finite]).abs().max().item()
        yield f"{case.name}\t{tensor}\t{error:.3g}\t{largest(values):.3g}"
