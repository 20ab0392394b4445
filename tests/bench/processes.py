"""Runs programs as whole processes, and pairs of them turn by turn."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import typing


class Run(typing.NamedTuple):
    seconds: float
    megabytes: float  # peak of resident memory
    output: bytes


def measure(command):
    """One run of a command that must succeed."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{command[0]} exited with status {process.returncode}")
        output.seek(0)
        return Run(seconds, usage.ru_maxrss / 1024, output.read())


def alternate(rounds, programs):
    """Lists of what the functions give, by name, called turn by turn."""
    runs = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            runs[name].append(program())
    return runs


def pairs(rounds, programs):
    """Prints times and memory of two commands, the slower first; gives the median ratio of their times."""
    runs = alternate(rounds, {name: lambda c=command: measure(c) for name, command in programs.items()})
    for name, measured in runs.items():
        seconds = statistics.median(run.seconds for run in measured)
        print(f"{name:24} {seconds * 1000:9.1f} ms {max(run.megabytes for run in measured):7.1f} MB")
    return statistics.median(slow.seconds / fast.seconds for slow, fast in zip(*runs.values()))
