"""Times mha on a checkpoint. Without --against: the program in Python that it is timed against.

Four comparisons, turn by turn, each a median of ratios:
  all layers     one short text through every layer into a file: Transformers, whole processes
  tokenizing     lines of text on one thread: the official library's encode_batch alone, and mha's whole process less
                 the time that it takes on an empty file
  loading        tokenizers: the official library's from_file alone in a process that runs, and mha's whole process with
                 a short text; then the same less the time of that process with its built-in vocabulary, which is what
                 mha takes beyond its start. All-MiniLM's file, and made-up ones of the kinds and sizes of GPT-2's, Llama
                 2's and XLM-RoBERTa's
  a large model  layer 0 of a sharded checkpoint of 3 GB, and of one of the same sizes with two layers, both of zeros
"""

import argparse
import json
import os
import pathlib
import statistics
import struct
import sys
import tempfile
import time

from packaged import packaged_model
from processes import alternate, measure, pairs
from sparse import bert, write_sparse

TEXT = "time flies like an arrow"
LICENCES = pathlib.Path("/usr/share/common-licenses")


def attend(model, file):
    """The command in Python."""
    import torch
    from safetensors.torch import save_file
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(model)
    encoder = AutoModel.from_pretrained(model, dtype=torch.float32, attn_implementation="eager")
    with torch.inference_mode():
        inputs = tokenizer(TEXT, return_tensors="pt")
        outputs = encoder(**inputs, output_attentions=True, output_hidden_states=True)
    tensors = {f"layers.{i}.weights": tensor for i, tensor in enumerate(outputs.attentions)}
    tensors |= {f"layers.{i}.hidden": tensor for i, tensor in enumerate(outputs.hidden_states[1:])}
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, file)


def header(file):
    with open(file, "rb") as stream:
        return json.loads(stream.read(struct.unpack("<Q", stream.read(8))[0]))


def layer_megabytes(model):
    """What lies in the file for the layers."""
    tensors = header(pathlib.Path(model) / "model.safetensors").items()
    return sum(t["data_offsets"][1] - t["data_offsets"][0] for name, t in tensors if "layer." in name) / 2**20


def check_same(expected, actual):
    from safetensors.numpy import load_file

    found = load_file(actual)
    for name, tensor in load_file(expected).items():
        if not abs(found[name] - tensor).max() <= 1e-5 * max(1, abs(tensor).max()):
            sys.exit(f"{name} differs")


def all_layers(mha, model, rounds, folder):
    files = [folder / "python.safetensors", folder / "mha.safetensors"]
    programs = {
        "Transformers": [sys.executable, __file__, "--model", model, "--save", files[0]],
        "mha": [mha, "--model", model, "--text", TEXT, "--layers", "all", "--save", files[1]],
    }
    for command in programs.values():
        measure(command)  # warms the file cache
    check_same(*files)
    ratio = pairs(rounds, programs)
    print(f"all layers: mha is {ratio:.0f} times faster; the layers' weights are {layer_megabytes(model):.1f} MB")


def corpus(texts):
    """Lines of some hundred bytes; the licences are repeated to four megabytes."""
    if texts:
        return [line for line in pathlib.Path(texts).read_text().split("\n") if line]
    lines = []
    for file in sorted(LICENCES.iterdir()):
        lines += [line.strip() for line in file.read_text(errors="replace").splitlines() if line.strip()]
    return lines * (4_000_000 // sum(map(len, lines)) + 1)


def timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def official(model):
    """The library on one thread, without the truncation and padding of the file, as Transformers uses it."""
    os.environ["RAYON_NUM_THREADS"] = "1"
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(pathlib.Path(model) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def tokenizing(mha, model, rounds, folder, lines):
    tokenizer = official(model)
    (folder / "lines").write_text("".join(line + "\n" for line in lines))
    (folder / "nothing").write_text("")
    command = [mha, "tokenize", "--model", model, "--text-file"]
    expected = [encoding.ids for encoding in tokenizer.encode_batch(lines)]
    actual = measure(command + [folder / "lines"]).output.decode().split("\n")
    if [[int(word) for word in line.split("\t")[0].split()] for line in actual[:-1]] != expected:
        sys.exit("tokens differ")
    seconds_of = lambda name: measure(command + [folder / name]).seconds
    programs = {
        "tokenizers": lambda: timed(lambda: tokenizer.encode_batch(lines)),
        "mha": lambda: seconds_of("lines") - seconds_of("nothing"),
    }
    runs = alternate(rounds, programs)
    size = sum(len(line.encode()) + 1 for line in lines) / 1e6
    for name, seconds in runs.items():
        print(f"{name:24} {size / statistics.median(seconds):9.2f} MB/s")
    ratio = statistics.median(slow / fast for slow, fast in zip(*runs.values()))
    print(f"tokenizing {len(lines)} lines: mha is {ratio:.1f} times faster")


def loading(mha, file, rounds):
    from tokenizers import Tokenizer

    command = [mha, "tokenize", "--no-special-tokens", "--text", TEXT]
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    actual = measure(command + ["--tokenizer", file]).output.decode().split("\t")[0]
    if [int(word) for word in actual.split()] != tokenizer.encode(TEXT, add_special_tokens=False).ids:
        sys.exit(f"{file}: tokens differ")
    programs = {
        "tokenizers": lambda: timed(lambda: Tokenizer.from_file(str(file))),
        "mha": lambda: measure(command + ["--tokenizer", file]).seconds,
        "mha, built in": lambda: measure(command).seconds,
    }
    runs = alternate(rounds, programs)
    for name, seconds in runs.items():
        print(f"{name:24} {statistics.median(seconds) * 1000:9.1f} ms, at best {min(seconds) * 1000:.1f} ms")
    official, whole, start = runs.values()
    beyond = [long - short for long, short in zip(whole, start)]
    times = lambda ours: statistics.median(slow / fast for slow, fast in zip(official, ours))
    print(f"loading {file}: mha's whole process is {times(whole):.1f} times faster, beyond its start {times(beyond):.1f}")


def write_model(folder, layers, shards):
    """A checkpoint of zeros; gives its gigabytes."""
    config, shapes = bert(layers)
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config))
    names = list(shapes)
    size, places = 0, {}
    for shard in range(shards):
        file = f"model-{shard + 1:05}-of-{shards:05}.safetensors"
        own = names[len(names) * shard // shards : len(names) * (shard + 1) // shards]
        size += write_sparse(folder / file, {name: shapes[name] for name in own})
        places |= {name: file for name in own}
    index = {"metadata": {"total_size": size}, "weight_map": places}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    return size / 1e9


def large_model(mha, rounds, folder):
    programs = {}
    for layers, shards in ((60, 8), (2, 1)):
        model = folder / f"{layers}"
        size = write_model(model, layers, shards)
        options = ["--ids", "101,2051,10029,2066,2019,8612,102", "--quiet", "--save", f"weights={folder}/weights.npy"]
        programs[f"mha on {size:.2f} GB"] = [mha, "--model", model, *options]
    for command in programs.values():
        measure(command)  # warms the file cache
    ratio = pairs(rounds, programs)
    print(f"layer 0 of the large checkpoint takes {ratio:.2f} times what it takes of the small one")


arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
arguments.add_argument("--against", metavar="MHA", help="the binary to be timed against")
arguments.add_argument("--model", metavar="DIR", help="a checkpoint with tokenizer.json (default: all-MiniLM-L6-v2)")
arguments.add_argument("--rounds", type=int, default=10, help="pairs of runs (default: 10)")
arguments.add_argument("--texts", metavar="FILE", help="lines to tokenize (default: the licences of Debian)")
arguments.add_argument("--tokenizer", metavar="FILE", action="append", default=[], help="another file to load")
arguments.add_argument("--save", metavar="FILE", help="where the program in Python saves its tensors")
options = arguments.parse_args()
os.environ["HF_HUB_OFFLINE"] = "1"
model = options.model or packaged_model()
if options.against:
    import tokenizer_files

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        all_layers(options.against, model, options.rounds, folder)
        tokenizing(options.against, model, options.rounds, folder, corpus(options.texts))
        for file in [pathlib.Path(model) / "tokenizer.json", *tokenizer_files.make(folder), *options.tokenizer]:
            loading(options.against, file, options.rounds)
        large_model(options.against, options.rounds, folder)
else:
    attend(model, options.save)
