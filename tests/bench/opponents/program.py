"""mha itself, through `mha bench`."""

import json
import subprocess


class Mha:
    """Takes its turn as a worker does: time(seconds) of the case that was prepared."""

    def __init__(self, binary):
        self.binary = binary
        self.command = None

    def prepare(self, case, seconds):
        what = case.what if case.what == "gemm" else "encoder" if case.shape.layers else "layer"
        numbers = {"tokens": case.tokens, "batch": case.batch, "threads": case.threads}
        numbers |= {"hidden-size": case.shape.hidden, "num-heads": case.shape.heads}
        if case.shape.layers:
            numbers |= {"layers": case.shape.layers, "intermediate-size": case.shape.intermediate}
        self.command = [self.binary, "bench", "--what", what, "--format", "json"]
        for name, number in numbers.items():
            self.command += [f"--{name}", str(number)]
        self.command += ["--causal"] * case.causal

    def time(self, seconds):
        """Milliseconds"""
        command = [*self.command, "--seconds", str(seconds)]
        run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if run.returncode:
            raise RuntimeError((run.stderr.strip().splitlines() or [f"mha exited with status {run.returncode}"])[0])
        return json.loads(run.stdout)["ms"]
