"""Compares mha with Transformers on a real checkpoint: every tensor of every layer, on texts that are awkward.

python3 real_checkpoint.py CHECKPOINT --mha build/mha [--text TEXT]... [--texts FILE]
    (torch 2.15, transformers 5.23 and numpy; CHECKPOINT is a folder with a tokenizer)

Both are held against Transformers in float64, with eager attention. A line a kind of tensor: the worst error of mha, of
Transformers in float32, the worst ratio of the two among the layers, and the worst error of mha --dtype float64. Errors
are relative to the largest magnitude of the tensor, those of weights absolute. Ends with status 1 where ids differ, an
error is above 1e-5 (1e-9 in float64), or mha's is more than 3 times that of Transformers.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import torch
import transformers
from safetensors.torch import load_file

from transformers_trace import load, named

BOUND, BOUND64, RATIO = 1e-5, 1e-9, 3.0

WORDS = "the quick brown fox jumps over the lazy dog , antidisestablishmentarianism ! "
TEXTS = [
    "time flies like an arrow",
    "",
    " \t \n ",
    "a",
    "[MASK] is [SEP] not [CLS] here[PAD]",
    "Ünïcödé naïve café São Tomé e\u0301 ﬁ Ǆ",
    "東京都 人工智能 漢字かな交じり文",
    "مرحبا بالعالم שלום עולם",
    "😀👩‍👩‍👧‍👦 \u200d\ufeff zero\u200bwidth\xad",
    "1234567890 3.14159 1e-5 $1,000.00 50%",
    "don't can't o'clock -- '' \"\" `` ... ?!",
    "x" * 250,
    "\x01\x7f control\x1b[0m \ufffd",
    "aaaa " * 60,
    "https://example.org/a_b?c=d&e=%20#f user@example.org",
    WORDS * 5,
]
PAIRS = [
    ("time flies like an arrow", "fruit flies like a banana"),
    ("", ""),
    ("how many people live in Berlin?", "Berlin has 3,520,031 registered inhabitants in an area of 892 km²."),
    ("", "only the second"),
    ("only the first", ""),
    (WORDS * 3, "東京"),
]


class Worst:
    """The largest errors seen of every tensor."""

    def __init__(self):
        self.errors = {}

    def add(self, who, tensor, actual, expected):
        infinite = expected.isinf()
        if actual.shape != expected.shape or not torch.equal(actual[infinite].double(), expected[infinite]):
            sys.exit(f"{tensor}: shape or mask of {who} differs: {tuple(actual.shape)}, {tuple(expected.shape)}")
        finite = expected[~infinite]
        scale = 1.0 if tensor.endswith("weights") else finite.abs().max().item()
        error = ((actual[~infinite].double() - finite).abs().max() / scale).item()
        error = float("inf") if error != error else error
        errors = self.errors.setdefault(tensor, {})
        errors[who] = max(errors.get(who, 0.0), error)

    def kinds(self):
        kinds = {}
        for tensor, errors in self.errors.items():
            kinds.setdefault(tensor.split(".")[-1], {})[tensor] = errors
        return kinds


def run_mha(mha, checkpoint, texts, options):
    """Ids and tensors of one run."""
    command = [mha, "--model", checkpoint, "--layers", "all", "--format", "json", *options]
    for text in texts:
        first, *second = text if isinstance(text, tuple) else (text,)
        command += ["--text", first] + [word for pair in second for word in ("--pair", pair)]
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "all.safetensors"
        done = subprocess.run(command + ["--save", file], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"mha ended with status {done.returncode}: {done.stderr}")
        return [s["ids"] for s in json.loads(done.stdout)["sequences"]], load_file(file)


def compare(options, models, tokenizer, texts, worst):
    inputs = tokenizer(texts, padding=True, return_tensors="pt")
    lengths = inputs["attention_mask"].sum(1).tolist()
    expected = named(models[torch.float64], inputs, lengths)
    single = named(models[torch.float32], inputs, lengths)
    ids, actual = run_mha(options.mha, options.checkpoint, texts, [])
    ids64, exact = run_mha(options.mha, options.checkpoint, texts, ["--dtype", "float64"])
    wanted = [row[:length] for row, length in zip(inputs["input_ids"].tolist(), lengths)]
    if ids != wanted or ids64 != wanted:
        sys.exit(f"ids differ on {texts!r}:\nmha          {ids}\nTransformers {wanted}")
    for tensor, values in expected.items():
        for who, found in (("mha", actual), ("Transformers", single), ("float64", exact)):
            if tensor not in found:
                sys.exit(f"{tensor} is missing among {sorted(found)}")
            worst.add(who, tensor, found[tensor], values)


def report(worst):
    """Prints a line a kind; true when all bounds hold."""
    good = True
    print(f"{'tensor':12}{'mha':>10}{'Transformers':>14}{'ratio':>7}  {'of':20}{'float64':>10}")
    for kind, tensors in worst.kinds().items():
        top = {who: max(e[who] for e in tensors.values()) for who in ("mha", "Transformers", "float64")}
        ratios = {name: e["mha"] / max(e["Transformers"], sys.float_info.min) for name, e in tensors.items()}
        name = max(ratios, key=ratios.get)
        holds = top["mha"] <= BOUND and top["float64"] <= BOUND64 and ratios[name] <= RATIO
        good &= holds
        line = f"{kind:12}{top['mha']:10.1e}{top['Transformers']:14.1e}{ratios[name]:7.2f}"
        print(f"{line}  {name:20}{top['float64']:10.1e}{'' if holds else '  beyond the bounds'}")
    return good


def longest(model, tokenizer):
    """A text that takes every position of the model."""
    table = model.get_submodule("embeddings.position_embeddings")
    positions = table.num_embeddings - (0 if table.padding_idx is None else table.padding_idx + 1)
    words = positions
    while len(tokenizer("fox " * words).input_ids) > positions:
        words -= 1
    return "fox " * words


def batches(options):
    """Lists of texts or of pairs."""
    own = options.text + [line for file in options.texts for line in pathlib.Path(file).read_text().splitlines()]
    texts = TEXTS + own
    yield from (texts[i : i + 8] for i in range(0, len(texts), 8))
    yield PAIRS
    yield [longest(models[torch.float32], tokenizer)]


arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
arguments.add_argument("checkpoint", metavar="CHECKPOINT")
arguments.add_argument("--mha", required=True, help="the binary")
arguments.add_argument("--text", action="append", default=[], help="another text")
arguments.add_argument("--texts", action="append", default=[], metavar="FILE", help="other texts, one a line")
options = arguments.parse_args()

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
tokenizer = transformers.AutoTokenizer.from_pretrained(options.checkpoint)
models = {dtype: load(options.checkpoint, dtype) for dtype in (torch.float32, torch.float64)}
worst = Worst()
for texts in batches(options):
    compare(options, models, tokenizer, texts, worst)
sys.exit(0 if report(worst) else 1)
