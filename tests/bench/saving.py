"""Times writing of attention weights: mha as a whole process, less the same run that writes to /dev/null, and the writers
of numpy, safetensors and pandas on the same array. Both write to a folder in memory, turn by turn."""

import argparse
import pathlib
import statistics
import tempfile
import time

import numpy as np
import pandas as pd
import safetensors.numpy
from processes import alternate, measure


def frame_of(weights):
    """The long form of a .csv, without the texts of its tokens."""
    index = np.indices(weights.shape[1:]).reshape(3, -1)
    columns = dict(zip(("head", "query", "key"), index))
    return pd.DataFrame({**columns, "weight": weights.ravel()})


CASES = {
    # name: tokens, file, arguments of mha, what writes the same in Python
    ".npy": (2048, "w.npy", [], lambda path, w: np.save(path, w)),
    ".safetensors": (2048, "w.safetensors", [],
                     lambda path, w: safetensors.numpy.save_file({"weights": w}, path)),
    ".npz": (2048, "w.npz", [], lambda path, w: np.savez(path, weights=w)),
    ".npz --compress": (724, "w.npz", ["--compress"], lambda path, w: np.savez_compressed(path, weights=w)),
    ".csv": (724, "w.csv", [], lambda path, w: frame_of(w).to_csv(path, index=False)),
    ".csv.gz": (362, "w.csv.gz", [], lambda path, w: frame_of(w).to_csv(path, index=False)),
    ".json": (724, "w.json", [], None),
}


def seconds(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def compare(name, case, mha, rounds, folder):
    tokens, file, arguments, write = case
    ids = ",".join(str(i % 30000) for i in range(tokens))
    run = [mha, "--quiet", "--ids", ids, *arguments]
    array, mine, theirs = folder / "array.npy", folder / file, folder / f"theirs-{file}"
    measure([mha, "--quiet", "--ids", ids, "--save", f"weights={array}"])
    weights = np.load(array)
    programs = {
        "nothing": lambda: measure([mha, "--quiet", "--ids", ids, "--save", "weights=/dev/null"]),
        "mha": lambda: measure([*run, "--save", f"weights={mine}"]),
        "python": lambda: seconds(lambda: write(theirs, weights)) if write else 0,
    }
    runs = alternate(rounds, programs)
    spent = [full.seconds - base.seconds for full, base in zip(runs["mha"], runs["nothing"])]
    size, own = mine.stat().st_size / 1e6, statistics.median(spent)
    more = max(r.megabytes for r in runs["mha"]) - max(r.megabytes for r in runs["nothing"])
    line = f"{name:16} {size:7.1f} MB {own * 1000:8.1f} ms {size / own / 1000:6.2f} GB/s {more:+7.1f} MB of memory"
    if write:
        other = statistics.median(runs["python"])
        line += f"; Python {theirs.stat().st_size / 1e6:7.1f} MB {other * 1000:8.1f} ms, {other / own:5.1f} x"
    print(line, flush=True)


arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
arguments.add_argument("--against", metavar="MHA", required=True, help="the binary to be timed")
arguments.add_argument("--rounds", type=int, default=5, help="turns of each (default: 5)")
arguments.add_argument("--folder", default="/dev/shm", help="where files go (default: /dev/shm)")
options = arguments.parse_args()
with tempfile.TemporaryDirectory(dir=options.folder) as place:
    for name, case in CASES.items():
        compare(name, case, options.against, options.rounds, pathlib.Path(place))
