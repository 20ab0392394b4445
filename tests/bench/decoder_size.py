"""Measures mha on a checkpoint of 13 GB: a decoder of 7 billion parameters in bfloat16, of zeros that take no room.

  inspect      all headers
  attention    layer 0's attention of ten tokens, and the memory that this brings from the file
  all layers   (with --all) every layer of ten tokens, which should hold no more than two at a time
"""

import argparse
import json
import pathlib
import tempfile

from processes import measure
from sparse import llama, write_sparse

IDS = "1,306,4658,278,6593,310,2834,338,7954,2"


def make_model(folder):
    """Files of four layers each; gives megabytes of a layer's attention, of a layer, and of all."""
    config, shapes = llama(layers=32)
    (folder / "config.json").write_text(json.dumps(config))
    shards = {}
    for name in shapes:
        layer = int(name.split(".")[2]) if ".layers." in name else -1
        shards.setdefault(f"model-{layer // 4:02}.safetensors", []).append(name)
    total = sum(write_sparse(folder / file, {n: shapes[n] for n in own}, "BF16") for file, own in shards.items())
    index = {"weight_map": {name: file for file, own in shards.items() for name in own}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    size = lambda part: sum(2 * s[0] * (s[1] if len(s) > 1 else 1) for n, s in shapes.items() if part in n) / 2**20
    return size(".layers.0.self_attn."), size(".layers.0."), total / 2**20


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--against", metavar="MHA", required=True, help="the binary to be measured")
    parser.add_argument("--all", action="store_true", help="all layers too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as path, tempfile.TemporaryDirectory() as results:
        folder = pathlib.Path(path)
        attention, layer, total = make_model(folder)
        print(f"checkpoint {total:.0f} MB; a layer {layer:.0f} MB, its attention {attention:.0f} MB")
        run = [options.against, "--model", path, "--ids", IDS, "-q", "--save"]
        commands = {"inspect": [options.against, "inspect", path]}
        commands["attention"] = [*run, f"weights,output={results}/attention.npz"]
        if options.all:
            commands["all layers"] = [*run, f"final={results}/final.npy", "--layers", "all"]
        for name, command in commands.items():
            runs = [measure(command) for _ in range(1 if name == "all layers" else 3)]
            best = min(each.seconds for each in runs)
            print(f"{name:12} {best * 1000:9.1f} ms {max(each.megabytes for each in runs):9.1f} MB")


main()
