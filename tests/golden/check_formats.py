"""Opens what --save writes with numpy, pandas and Python's own modules, and compares it with the .safetensors of the same
run: check_formats.py MHA. Needs numpy, pandas and safetensors (last run with 2.4, 3.1, 0.8)."""

import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd
from safetensors.numpy import load_file

MODEL = pathlib.Path(__file__).parent / "planted"
RUNS = {
    "model": ["--model", str(MODEL), "--text", 'The dog, "tired", sat', "--text", "a bird", "--layers", "all"],
    "random": ["--text", 'say "hi", null NA', "--hidden-size", "16", "--num-heads", "2"],
    "cross": ["--text", "a b", "--context", "d e f", "--hidden-size", "16", "--num-heads", "4", "--num-kv-heads", "2"],
    "wide": ["--text", "a b c", "--causal", "--hidden-size", "16", "--num-heads", "2", "--dtype", "float64"],
    "nan": ["--text", "a b c", "--causal", "--key-mask", "0,1,1", "--masked-rows", "nan", "--hidden-size", "16",
            "--num-heads", "2"],
}
NAMES = ["weights", "scores", "query", "key", "output", "embeddings"]
AXES = {
    "weights": ["sequence", "head", "query", "key"],
    "scores": ["sequence", "head", "query", "key"],
    "query": ["sequence", "head", "position", "feature"],
    "key": ["sequence", "head", "position", "feature"],
    "output": ["sequence", "position", "feature"],
    "embeddings": ["sequence", "position", "feature"],
}


def check_table(frame, name, arrays):
    """Every line's number is the array's at the line's index, and no index is there twice."""
    value = "weight" if name == "weights" else "value"
    for key, array in arrays.items():
        rows = frame
        if "layer" in frame:
            rows = frame[frame["layer"] == int(key.split(".")[1])]
        place = tuple(rows[axis] if axis in rows else np.zeros(len(rows), int) for axis in AXES[name])
        found = rows[value].to_numpy().astype(array.dtype)
        assert np.array_equal(array[place], found, equal_nan=True), (name, key)
        assert len(set(zip(*place))) == len(rows)


def check_records(path, arrays):
    frame = pd.read_json(path, lines=True)
    assert set(frame["tensor"]) == {key.split(".")[-1] if key.startswith("layers.") else key for key in arrays}
    for line in open(path):
        record = json.loads(line)
        key = record["tensor"] if record.get("layer") is None else f"layers.{record['layer']}.{record['tensor']}"
        array = arrays[key]
        data = np.array(record["data"], float).astype(array.dtype)
        if "sequence" in record:
            array = array[record["sequence"]]
        if "head" in record:
            array = array[record["head"]]
        part = array[tuple(slice(0, size) for size in data.shape)]
        part = np.where(np.isfinite(part), part, np.nan)
        assert np.array_equal(part, data, equal_nan=True), key


def check(kind, arguments, mha, folder):
    saves = [f"{name}={kind}-{name}.{end}" for name in NAMES for end in ("csv", "tsv", "csv.gz")]
    saves += [f"{kind}.{end}" for end in ("safetensors", "npz", "json", "jsonl", "json.gz")]
    saves += [f"{table}={kind}-{table}.{end}" for table in ("stats", "links") for end in ("csv", "json", "jsonl")]
    command = [mha, "-q", *arguments, *(part for save in saves for part in ("--save", save))]
    subprocess.run(command, cwd=folder, check=True)
    base = folder / kind
    expected = load_file(base.with_suffix(".safetensors"))
    archive = np.load(base.with_suffix(".npz"))
    assert set(archive.files) == set(expected)
    document = json.loads(base.with_suffix(".json").read_text())
    assert document == json.loads(gzip.open(f"{base}.json.gz").read())
    for name, array in expected.items():
        assert archive[name].dtype == array.dtype and np.array_equal(archive[name], array, equal_nan=True)
        tensor = document["tensors"][name]
        data = np.array(tensor["data"], float).astype(array.dtype)
        assert tensor["shape"] == list(array.shape) == list(data.shape)
        assert np.array_equal(np.where(np.isfinite(array), array, np.nan), data, equal_nan=True), name
    for name in NAMES:
        arrays = {key: a for key, a in expected.items() if key == name or key.endswith(f".{name}") and "layers" in key}
        texts = {"keep_default_na": False, "na_values": {"weight": ["nan"], "value": ["nan"]}}
        frame = pd.read_csv(f"{base}-{name}.csv", **texts)
        check_table(frame, name, arrays)
        for other, separator in ((f"{base}-{name}.tsv", "\t"), (f"{base}-{name}.csv.gz", ",")):
            assert frame.equals(pd.read_csv(other, sep=separator, **texts))
        tokens = [column for column in frame if column.endswith("token")]
        for sequence, lines in frame.groupby("sequence") if "sequence" in frame else [(0, frame)]:
            own = document["sequences"][sequence]
            for column in tokens:
                keys = column == "key_token" or name == "key"
                pieces = (own.get("context") or own)["tokens"] if keys else own["tokens"]
                index = {"token": "position"}.get(column, column.removesuffix("_token"))
                assert all(str(text) == pieces[i] for i, text in zip(lines[index], lines[column])), column
    check_records(base.with_suffix(".jsonl"), expected)
    for table in ("stats", "links"):
        frame = pd.read_csv(f"{base}-{table}.csv")
        assert frame.to_dict("list").keys() == pd.read_json(f"{base}-{table}.json").to_dict("list").keys()
        assert len(frame) == len(pd.read_json(f"{base}-{table}.jsonl", lines=True)) > 0
    print(f"{kind}: {len(expected)} tensors, {len(saves)} files")


with tempfile.TemporaryDirectory() as folder:
    for kind, arguments in RUNS.items():
        check(kind, arguments, pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(folder))
