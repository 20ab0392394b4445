"""Whole processes: the time of a command with its start, its memory, its errors."""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy

from processes import alternate, measure

HERE = pathlib.Path(__file__).parent
TEXT = "time flies like an arrow"
SCRIPTS = {"ORT": ("command_onnx.py", "model.onnx"), "OpenVINO": ("command_openvino.py", "model.xml")}
BOUND = 64  # MB


def commands(mha, model, folder):
    """Each with its file, by name."""
    made = {"mha": [mha, "--model", model, "--text", TEXT, "--layers", "all", "--quiet"]}
    made["mha"] += ["--save", f"final={folder / 'mha.npy'}"]
    for name, (script, file) in SCRIPTS.items():
        arguments = [model / "tokenizer.json", folder / file, TEXT, folder / f"{name}.npy"]
        made[name] = [sys.executable, HERE / script, *arguments]
    return made


def check_same(folder, names):
    expected = numpy.load(folder / "mha.npy")
    for name in names:
        error = abs(numpy.load(folder / f"{name}.npy") - expected).max() / abs(expected).max()
        if not error < 1e-5:
            raise SystemExit(f"command: outputs of {name} and mha differ by {error:.1e}")


def command(mha, model, rounds):
    """Seconds by name: loading, tokenizing and one pass of a checkpoint, each a process of its own, files warm."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([sys.executable, "-m", "opponents.exported", model, folder], cwd=HERE.parent, check=True)
        made = commands(mha, model, folder)
        for each in made.values():
            measure(each)  # warms the file cache, and OpenVINO's own
        check_same(folder, SCRIPTS)
        runs = alternate(rounds, {name: lambda each=each: measure(each) for name, each in made.items()})
    seconds = {name: min(run.seconds for run in measured) for name, measured in runs.items()}
    for name, measured in runs.items():
        times, memory = seconds[name] / seconds["mha"], statistics.median(run.megabytes for run in measured)
        print(f"command  {name:10}{seconds[name] * 1000:9.1f} ms {times:7.1f} times {memory:7.1f} MB", flush=True)
    return seconds


def memory(mha, tokens=8192, hidden=768):
    """Megabytes that causal attention over many tokens takes beyond a run of one token, nothing written."""
    peaks = []
    for count in (1, tokens):
        ids = ",".join(map(str, range(count)))
        options = ["--hidden-size", str(hidden), "--causal", "--get", "output"]
        peaks.append(min(measure([mha, "--ids", ids, *options]).megabytes for _ in range(3)))
    tensor = tokens * hidden * 4 / 2**20
    beyond = peaks[1] - peaks[0] - 2 * tensor
    print(f"memory   {tokens} tokens, causal: peak {peaks[1]:.1f} MB, of one token {peaks[0]:.1f} MB")
    print(f"memory   beyond input and output ({2 * tensor:.1f} MB): {beyond:.1f} MB; bound {BOUND} MB", end="; ")
    print(f"query, key and value alone: {3 * tensor:.1f} MB")
    return {"peak": peaks[1], "one token": peaks[0], "beyond": beyond, "bound": BOUND}


def accuracy(mha, model):
    """Errors by name, for each of the comparisons of opponents/accuracy.py."""
    command = [sys.executable, "-m", "opponents.accuracy", mha, model]
    run = subprocess.run(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=True)
    comparisons = [json.loads(line) for line in run.stdout.splitlines()]
    for comparison in comparisons:
        errors = "".join(f"  {name} {error:.1e}" for name, error in comparison["errors"].items())
        print(f"accuracy {comparison['what']:29}{errors}")
    return comparisons
