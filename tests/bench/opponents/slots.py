"""The rule of timing, that of `mha bench`: repetitions for some time, of which the faster half counts."""

import statistics
import time

LEAST = 3  # repetitions that count


def milliseconds(call):
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def faster_half(call, seconds):
    """Milliseconds of a call: the median of the faster half of those made in so many seconds, after one that warms."""
    call()
    times, end = [], time.perf_counter() + seconds
    while len(times) < LEAST or time.perf_counter() < end:
        times.append(milliseconds(call))
    return statistics.median(sorted(times)[: (len(times) + 1) // 2])
