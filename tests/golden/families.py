"""Makes tests/golden/families/: small random checkpoints as Transformers saves them, and what it computes from them.

python3 families.py [NAME...]   (made with torch 2.15.0, safetensors 0.8.0 and transformers 5.23.0 for the encoders of
encoder_cases.py, 5.24.0 for all others, on the CPU)

Makes the folders of the names, or all. A folder holds a checkpoint, `arguments` (the options of mha for its batch) and
expected.safetensors: eager attention in float64 from the exact values of the weights, under mha's names. Rows of
padding are zero, scores of masked keys -inf. float32.tsv has, for every expected tensor, the largest error of the same
model in float32 and the largest magnitude. What each folder tests is said in the case tables.
"""

import pathlib
import sys

import transformers

import decoder_cases
import encoder_cases
import modern_encoder_cases
from checkpoint_case import make

HERE = pathlib.Path(__file__).with_suffix("")
ERRORS = HERE / "float32.tsv"


def write_errors(names, made):
    """The lines of float32.tsv in the order of the names: those made now, and those kept of the other folders."""
    lines = ERRORS.read_text().splitlines()
    kept = {name: [line for line in lines[1:] if line.split("\t")[0] == name] for name in names}
    ordered = [line for name in names for line in made.get(name, kept[name])]
    ERRORS.write_text("".join(line + "\n" for line in [lines[0]] + ordered))


def main():
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    cases = [*encoder_cases.cases(), *decoder_cases.cases(), *modern_encoder_cases.cases()]
    wanted = sys.argv[1:] or [case.name for case in cases]
    made = {case.name: list(make(HERE, case)) for case in cases if case.name in wanted}
    assert len(made) == len(wanted), set(wanted) - set(made)
    write_errors([case.name for case in cases], made)


main()
