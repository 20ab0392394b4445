"""Runs programs as whole processes, and pairs of them turn by turn."""

import os
import statistics
import subprocess
import sys
import tempfile
import typing

# The kernel counts to a process the memory of the one it was forked from. So a small one starts the command: what uses
# less than its 9 MB is shown with these.
LAUNCHER = """
import os, sys, time
start = time.perf_counter()
_, status, usage = os.wait4(os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ), 0)
seconds = time.perf_counter() - start
os.write(int(sys.argv[1]), f"{seconds} {usage.ru_maxrss / 1024} {os.waitstatus_to_exitcode(status)}".encode())
"""


class Run(typing.NamedTuple):
    seconds: float
    megabytes: float  # peak of resident memory
    output: bytes


def measure(command):
    """One run of a command that must succeed."""
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as output, open(reading) as report:
        launch = [sys.executable, "-I", "-S", "-c", LAUNCHER, str(writing), *command]
        subprocess.run(launch, stdin=subprocess.DEVNULL, stdout=output, pass_fds=[writing], check=True)
        os.close(writing)
        seconds, megabytes, status = report.read().split()
        if status != "0":
            sys.exit(f"{command[0]} exited with status {status}")
        output.seek(0)
        return Run(float(seconds), float(megabytes), output.read())


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
