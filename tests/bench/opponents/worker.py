"""A process for each library and number of threads; it blocks while others run."""

import importlib
import multiprocessing
import os
import pathlib
import time

from opponents.cases import make_input, make_weights
from opponents.slots import faster_half
from processes import alternate

LIBRARIES = {"torch": "pytorch", "ORT": "onnx_runtime", "OpenVINO": "open_vino"}
QUIET = 0.02  # seconds


class Opponent:
    """In the worker: one case at a time, in the form that is fastest."""

    def __init__(self, library):
        self.library = importlib.import_module(f"opponents.{LIBRARIES[library]}")
        self.call = None

    def prepare(self, case, seconds):
        """Warms all forms of the case and keeps the fastest; gives its name."""
        self.call = None
        forms = self.library.forms(case, make_weights(case.shape), make_input(case))
        for call in forms.values():
            call()
        times = alternate(2, {name: lambda call=call: faster_half(call, seconds / 2) for name, call in forms.items()})
        best = min(times, key=lambda name: min(times[name]))
        self.call = forms[best]
        return best

    def time(self, seconds):
        return faster_half(self.call, seconds)

    def outputs(self, case):
        """Those of all forms, by name."""
        forms = self.library.forms(case, make_weights(case.shape), make_input(case))
        return {name: self.library.numbers(call()).copy() for name, call in forms.items()}

    def error(self, case, output):
        """Of the output of a case, relative to the largest number of PyTorch's in float64. Only of PyTorch's worker."""
        exact = self.library.reference(case, make_weights(case.shape), make_input(case))
        return float(abs(output - exact).max() / abs(exact).max())


def serve(connection, library, threads):
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(threads)  # read when a library is loaded
    try:
        opponent = Opponent(library)
        connection.send(None)
        while request := connection.recv():
            name, *arguments = request
            try:
                connection.send(getattr(opponent, name)(*arguments))
            except Exception as error:  # a library that cannot do a case has lost only this one
                connection.send(error_of(error))
    except (EOFError, KeyboardInterrupt):
        pass
    except ImportError as error:
        connection.send(error_of(error))


def error_of(error):
    return RuntimeError(f"{type(error).__name__}: {error}".splitlines()[0])


class Worker:
    """Its other end: opponent.method(arguments) there is worker("method", arguments) here."""

    def __init__(self, library, threads):
        self.library = library
        context = multiprocessing.get_context("spawn")
        self.connection, other = context.Pipe()
        self.process = context.Process(target=serve, args=(other, library, threads), daemon=True)
        self.process.start()
        other.close()
        self.receive()

    def __call__(self, *request):
        self.connection.send(request)
        return self.receive()

    def prepare(self, case, seconds):
        return self("prepare", case, seconds)

    def time(self, seconds):
        return self("time", seconds)

    def receive(self):
        try:
            answer = self.connection.recv()
        except EOFError:
            raise RuntimeError(f"{self.library} was killed; out of memory?") from None
        self.wait_until_quiet()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def cpu_seconds(self):
        """Of all threads up to now."""
        total = 0
        for file in pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/schedstat"):
            try:
                total += int(file.read_text().split()[0]) / 1e9
            except (OSError, ProcessLookupError):
                pass  # a thread that has just ended
        return total

    def wait_until_quiet(self):
        """Threads of a pool spin for a while when their work is done; nobody else starts before they sleep."""
        for _ in range(int(5 / QUIET)):
            before = self.cpu_seconds()
            time.sleep(QUIET)
            if self.cpu_seconds() - before < QUIET / 20:
                return

    def close(self):
        if self.process.is_alive():
            self.connection.close()
            self.process.join(10)
