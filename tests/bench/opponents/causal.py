"""mha's own causal attention against its attention without a mask."""

from opponents.cases import LAYER, Case
from opponents.program import Mha
from processes import alternate


def times_of(case, options):
    """Milliseconds of the layer with and without the mask, and of its query projection."""
    kinds = {"full": case, "causal": case._replace(causal=True), "projection": case._replace(what="gemm")}
    programs = {name: Mha(options.against) for name in kinds}
    for name, program in programs.items():
        program.prepare(kinds[name], options.seconds)
    times = alternate(options.rounds, {name: lambda p=p: p.time(options.seconds) for name, p in programs.items()})
    return [min(taken) for taken in times.values()]


def causal(options):
    """Time of causal attention over that without a mask, by case: half of the scores are needed."""
    ratios = {}
    for threads in options.threads:
        for tokens in options.tokens or ((2048,) if options.quick else (2048, 8192)):
            full, half, projection = times_of(Case("layer", LAYER, 1, tokens, threads), options)
            case = f"{tokens} tokens, {threads} threads"
            ratios[case] = (half - 4 * projection) / (full - 4 * projection)
            print(f"causal   {case}: layer {full:.1f} ms, causal {half:.1f} ms,", end=" ")
            print(f"four projections {4 * projection:.1f} ms; attention {ratios[case]:.2f}", flush=True)
    return ratios
