"""The table: a line a case, then the least ratios. A ratio says how many times faster mha is."""

from opponents.worker import LIBRARIES

CASE = "{:10} {:>5} {:>6} {:>7}"
HEAD = CASE.format("what", "batch", "tokens", "threads") + f"{'mha ms':>11}{'GF/s':>7}"
HEAD += "".join(f"{name + ' ms':>13}{'ratio':>7}" for name in LIBRARIES) + f"{'rounds':>8}"


def number(milliseconds):
    return f"{milliseconds:.3f}" if milliseconds < 100 else f"{milliseconds:.1f}"


def start_of(case):
    return CASE.format(case.what, case.batch, case.tokens, case.threads)


def line(case, result):
    mha = result["programs"]["mha"]["ms"]
    text = start_of(case) + f"{number(mha):>11}{case.gigaflops(mha):7.0f}"
    for name in LIBRARIES:
        program = result["programs"].get(name)
        text += f"{number(program['ms']):>13}{program['ms'] / mha:7.2f}" if program else f"{'-':>13}{'-':>7}"
    return text + f"{result['rounds']:8}"


def ratios(results, library):
    """(ratio, case) of the cases that the library has done."""
    done = [(case, result["programs"]) for case, result in results if library in result["programs"]]
    return [(programs[library]["ms"] / programs["mha"]["ms"], str(case)) for case, programs in done]


def print_least(results):
    least = {name: min(found) for name in LIBRARIES if (found := ratios(results, name))}
    for name, (ratio, case) in least.items():
        print(f"least ratio to {name + ':':10}{ratio:6.2f}  ({case})")
    if least:
        ratio, case = min(least.values())
        print(f"min over all cases:      {ratio:6.2f}  ({case})")
