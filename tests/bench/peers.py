"""Times mha against PyTorch, ONNX Runtime and OpenVINO: float32, layers of the same sizes, turn by turn.

Each program has a slot of warm repetitions in every round and gives the median of the faster half; the least of the
rounds counts. Opponents stay in processes of their own, asleep while others run, in the fastest of the forms that
opponents/ knows for the case. A ratio says how many times faster mha is.
  layer     QKV projection, attention, output projection; 768 features, 12 heads
  encoder   BERT-base and MiniLM, embeddings not included
  decoder   a layer with rotary positions and grouped heads, weights in bfloat16, against Transformers alone
  causal    mha's causal attention against its own without a mask, projections taken off (four times --what gemm)
  command   whole processes: load all-MiniLM-L6-v2, tokenize a text, one pass, write a file
  memory    peak of a long causal layer with nothing written
  accuracy  errors in float32 against PyTorch in float64
"""

import argparse
import json
import os
import pathlib
import sys

from opponents import table, whole
from opponents.cases import ENCODERS, LAYER, Case
from opponents.causal import causal
from opponents.decoder import decoder
from opponents.outputs import check_outputs
from opponents.turns import Players
from packaged import packaged_model

WHATS = ("layer", "encoder", "decoder", "causal", "command", "memory", "accuracy")
LAYER_TOKENS = (5, 16, 64, 128, 512, 2048, 8192)
HUGE = 32768  # tokens in all; cases above run for minutes


def cases_of(options):
    """In the order of threads, then layers before encoders; and those that are left out."""
    cases = []
    for threads in options.threads:
        if "layer" in options.what:
            for batch in options.batch or ((1,) if options.quick else (1, 8)):
                for tokens in options.tokens or ((5, 128, 512) if options.quick else LAYER_TOKENS):
                    cases.append(Case("layer", LAYER, batch, tokens, threads))
        if "encoder" in options.what:
            for name, shape in ENCODERS.items():
                for batch in options.batch or (1,):
                    for tokens in options.tokens or ((7, 128) if options.quick else (7, 16, 128, 512)):
                        cases.append(Case(name, shape, batch, tokens, threads))
    huge = [case for case in cases if case.batch * case.tokens > HUGE and not options.long]
    return [case for case in cases if case not in huge], huge


def turns(options):
    """Layers and encoders: prints the table; gives (case, result)."""
    cases, huge = cases_of(options)
    check_outputs()
    print(table.HEAD, flush=True)
    results, notes, players = [], [], None
    for case in cases:
        if players is None or players.threads != case.threads:
            if players:
                players.close()
            players = Players(options.against, case.threads)
            notes.append(players.notes)
        results.append((case, players.play(case, options)))
        print(table.line(*results[-1]), flush=True)
    if players:
        players.close()
    for case in huge:
        print(f"{table.start_of(case)}   not run, it takes minutes; --long runs it")
    for note in sum(notes, []):
        print(f"note: {note}")
    table.print_least(results)
    return results


def dump(results, extra, file):
    cases = []
    for case, result in results:
        programs = result["programs"]
        for program in programs.values():
            program["ratio"] = program["ms"] / programs["mha"]["ms"]
        names = {name: getattr(case, name) for name in ("what", "batch", "tokens", "threads")}
        cases.append(names | {"rounds": result["rounds"], "programs": programs})
    pathlib.Path(file).write_text(json.dumps({"cases": cases} | extra, indent=1) + "\n")


def numbers(text):
    return [int(word) for word in text.split(",")]


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--against", metavar="MHA", required=True, help="the binary to be timed")
    parser.add_argument("--what", metavar="A,B", help=f"of {', '.join(WHATS)} (default: layer)", default="layer")
    parser.add_argument("--all", action="store_true", help="all of them")
    parser.add_argument("--tokens", metavar="N,N", type=numbers, help="in place of those of each table")
    parser.add_argument("--batch", metavar="N,N", type=numbers, help="likewise (default: 1,8; encoders 1)")
    parser.add_argument("--threads", metavar="N,N", type=numbers, help="(default: 1,2)")
    parser.add_argument("--seconds", type=float, help="a slot (default: 0.3)")
    parser.add_argument("--rounds", type=int, help="of slots (default: 5; fewer, at least 2, of what takes long)")
    parser.add_argument("--quick", action="store_true", help="fewer cases, 2 rounds of 0.15 s")
    parser.add_argument("--long", action="store_true", help="8 x 8192 tokens too")
    parser.add_argument("--model", metavar="DIR", help="a BERT for command and accuracy (default: all-MiniLM-L6-v2)")
    parser.add_argument("--json", metavar="FILE", help="figures of all programs, and their forms")
    options = parser.parse_args()
    options.what = WHATS if options.all else options.what.split(",")
    if unknown := set(options.what) - set(WHATS):
        parser.error(f"--what is of {', '.join(WHATS)}, not {unknown.pop()}")
    options.against = os.path.abspath(options.against)
    options.threads = options.threads or [1, 2]
    options.seconds = options.seconds or (0.15 if options.quick else 0.3)
    options.rounds = options.rounds or (2 if options.quick else 5)
    return options


def main():
    options = parse()
    os.environ.pop("MHA_MODEL", None)
    os.environ |= {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "TRANSFORMERS_VERBOSITY": "error"}
    if {"command", "accuracy"} & set(options.what):
        options.model = pathlib.Path(options.model or packaged_model()).resolve()
    try:
        results = turns(options) if {"layer", "encoder"} & set(options.what) else []
    except RuntimeError as error:  # only a library that is not there, or cannot do small cases
        sys.exit(str(error))
    sections = {
        "decoder": lambda: decoder(options),
        "causal": lambda: causal(options),
        "command": lambda: whole.command(options.against, options.model, options.rounds),
        "memory": lambda: whole.memory(options.against),
        "accuracy": lambda: whole.accuracy(options.against, options.model),
    }
    extra = {name: section() for name, section in sections.items() if name in options.what}
    if options.json:
        dump(results, extra, options.json)


if __name__ == "__main__":
    main()
