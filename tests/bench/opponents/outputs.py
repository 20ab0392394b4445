"""The opponents compute what they are timed at."""

import sys

from opponents.cases import LAYER, Case, Shape
from opponents.worker import LIBRARIES, Worker


def check_outputs():
    """Every form of every opponent against float64, on small cases."""
    cases = [Case("layer", LAYER, 2, 17, 1), Case("encoder", Shape(2, 384, 12, 1536), 1, 9, 1)]
    judge, worst = Worker("torch", 1), {}
    for library in LIBRARIES:
        try:
            worker = Worker(library, 1)
        except RuntimeError:
            continue  # said where it is timed
        for case in cases:
            for form, output in worker("outputs", case).items():
                error = judge("error", case, output)
                worst[library] = max(worst.get(library, 0), error)
                if not error < 1e-5:
                    sys.exit(f"{library}, {form}: {case.what} is off by {error:.1e} of float64")
        worker.close()
    judge.close()
    print("opponents' worst errors:", ", ".join(f"{name} {error:.1e}" for name, error in worst.items()))
