"""Times a look at the headers of checkpoints. Without --against: the program in Python that it is timed against.

Comparisons of whole processes, turn by turn, each with the median of the ratios:
  many tensors  a BERT of narrow layers, 100,000 tensors in a file: mha inspect, which also finds each one's role, and
                mha inspect --tensors, which lists them; Python lists names, shapes and dtypes as safe_open gives them
  100 GB        one file of zeros that takes no room, with a header of 100 tensors
  statistics    of one tensor of 400 MB, in float64, as --stats gives them: numpy's
"""

import argparse
import json
import pathlib
import sys
import tempfile

from processes import measure, pairs
from sparse import bert, write_sparse


def list_tensors(file):
    """The command in Python; without numpy, safetensors reads headers alone."""
    from safetensors import safe_open

    with safe_open(file, framework="numpy") as opened:
        for name in opened.keys():
            part = opened.get_slice(name)
            print(name, part.get_shape(), part.get_dtype())


def statistics_of(file):
    import numpy as np
    from safetensors import safe_open

    with safe_open(file, framework="numpy") as opened:
        tensor = opened.get_tensor("a")
        print(tensor.min(), tensor.max(), tensor.mean(dtype=np.float64), tensor.std(dtype=np.float64))
        print((tensor == 0).sum(), np.isnan(tensor).sum(), np.isinf(tensor).sum())


def compare(what, rounds, python, mha):
    ratio = pairs(rounds, {"safetensors in Python": python, "mha": mha})
    print(f"{what}: mha is {ratio:.1f} times faster\n")


def write_many(folder, tensors):
    config, shapes = bert((tensors - 5) // 16, hidden=16, intermediate=16, vocab=16, positions=16)
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 16}))
    write_sparse(folder / "model.safetensors", shapes)


def run(mha, rounds, tensors, folder):
    many, large, numbers = folder / "many", folder / "large.safetensors", folder / "numbers.safetensors"
    write_many(many, tensors)
    write_sparse(large, {f"layer.{i}.weight": [16384, 15259] for i in range(100)})
    write_sparse(numbers, {"a": [100_000_000]})
    python = lambda option, file: [sys.executable, __file__, option, file]
    for command in ([mha, "inspect", many], [mha, "inspect", large]):
        measure(command)  # warms the file cache
    compare(f"{tensors} tensors", rounds, python("--list", many / "model.safetensors"), [mha, "inspect", many])
    compare("all listed", rounds, python("--list", many / "model.safetensors"), [mha, "inspect", many, "--tensors"])
    compare("100 GB", rounds, python("--list", large), [mha, "inspect", large])
    stats = [mha, "inspect", numbers, "--tensor", "a", "--stats"]
    compare("statistics of 400 MB", max(1, rounds // 3), python("--stats", numbers), stats)


arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
arguments.add_argument("--against", metavar="MHA", help="the binary to be timed against")
arguments.add_argument("--rounds", type=int, default=10, help="pairs of runs (default: 10)")
arguments.add_argument("--tensors", type=int, default=100_005, help="tensors of the first file (default: 100005)")
arguments.add_argument("--list", metavar="FILE", help="lists the tensors of a file in Python")
arguments.add_argument("--stats", metavar="FILE", help="statistics of its tensor 'a' in Python")
options = arguments.parse_args()
if options.against:
    with tempfile.TemporaryDirectory() as name:
        run(options.against, options.rounds, options.tensors, pathlib.Path(name))
elif options.list:
    list_tensors(options.list)
else:
    statistics_of(options.stats)
