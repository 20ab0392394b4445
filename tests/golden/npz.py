"""Writes npz/*.npz: archives of small arrays as numpy and Python's zipfile make them. Run it with numpy (these: 2.4).

Each array counts 0, 1, 2, ... in row-major order (bool: odd or even), so that a test knows its numbers by its shape.
With --check FILE... it opens archives that mha has saved instead: each array must be the one of the .safetensors of
the same name beside it (needs safetensors), begin at a multiple of 64 unless it is deflated, and bear the first day
that zip knows.
"""

import pathlib
import sys
import zipfile

import numpy as np

FOLDER = pathlib.Path(__file__).parent / "npz"


def count(shape, dtype):
    return np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)


ARRAYS = {
    "single": count((2, 3), "<f4"),
    "double": count((2, 3), "<f8"),
    "half": count((5,), "<f2"),
    "odd": count((4,), "u1") % 2 == 1,
    "bytes": count((3,), "i1"),
    "whole": count((2, 2), "<i8"),
    "reversed": count((2, 3), ">f4"),
    "fortran": np.asfortranarray(count((2, 3, 2), "<f4")),
    "empty": np.zeros((0, 3), "<f4"),
    "scalar": np.zeros((), "<f8"),
    "layers.5.weights": count((1, 2, 2, 2), "<f4"),
    "long": count((3000,), "<f4"),
}


def write():
    FOLDER.mkdir(exist_ok=True)
    np.savez(FOLDER / "stored.npz", **ARRAYS)  # zip64 is forced for every member (numpy/lib/_npyio_impl.py)
    np.savez_compressed(FOLDER / "deflated.npz", **ARRAYS)
    np.savez(FOLDER / "none.npz")
    for name, method in ("plain", zipfile.ZIP_STORED), ("plain_deflated", zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(FOLDER / f"{name}.npz", "w", method) as archive:
            for key, array in ARRAYS.items():
                with archive.open(f"{key}.npy", "w") as member:
                    np.lib.format.write_array(member, array)
    with zipfile.ZipFile(FOLDER / "lzma.npz", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(zipfile.ZipInfo("a.npy"), b"", zipfile.ZIP_LZMA)
    zipfile.ZIP64_LIMIT = 1  # all that may lie beyond 4 GiB is put as what does
    np.savez(FOLDER / "large.npz", **ARRAYS)


def check(path):
    from safetensors.numpy import load_file

    archive, expected = np.load(path), load_file(path.with_suffix(".safetensors"))
    assert set(archive.files) == set(expected), set(archive.files) ^ set(expected)
    for name, array in expected.items():
        assert archive[name].dtype == array.dtype and np.array_equal(archive[name], array, equal_nan=True), name
    with zipfile.ZipFile(path) as members, open(path, "rb") as file:
        for member in members.infolist():
            assert member.date_time == (1980, 1, 1, 0, 0, 0)
            file.seek(member.header_offset + 26)
            name, extra = np.frombuffer(file.read(4), "<u2")
            begin = member.header_offset + 30 + int(name) + int(extra)
            assert member.compress_type != zipfile.ZIP_STORED or begin % 64 == 0, member
    print(f"{path}: {len(expected)} arrays as in .safetensors, numpy {np.__version__}")


if sys.argv[1:2] == ["--check"]:
    for argument in sys.argv[2:]:
        check(pathlib.Path(argument))
else:
    write()
