"""Makes tests/golden/experts/: checkpoints with mixtures of experts, of which mha runs the attention before the first.

python3 experts.py   (made with torch 2.15.0, safetensors 0.8.0 and transformers 5.24.0, on the CPU)

Folders as families.py makes them; expected.safetensors holds attention of the first layer, and what enters it.
"""

import pathlib
import shutil

import torch
import transformers
from safetensors.torch import save_file

from checkpoint_case import Case, run, save_checkpoint

HERE = pathlib.Path(__file__).with_suffix("")
KEPT = ["query", "key", "value", "scores", "weights", "heads", "x", "output"]
SMALL = dict(vocab_size=41, hidden_size=24, num_hidden_layers=2, num_attention_heads=6, num_key_value_heads=2)
SMALL |= dict(intermediate_size=8, max_position_embeddings=64, pad_token_id=0)
IDS = [[2, 40, 7, 7, 30, 12, 3, 9], [5]]


def by_loops(model, longest):
    """Experts one after the other: the products of all at once know no float64."""
    model.config._experts_implementation = "eager"


def cases():
    mixtral = SMALL | dict(num_local_experts=2, num_experts_per_tok=1, sliding_window=3)
    yield Case("mixtral", "a window of 3", "MixtralForCausalLM", mixtral, IDS, adapt=by_loops)
    qwen3 = SMALL | dict(num_experts=2, num_experts_per_tok=1, moe_intermediate_size=8, head_dim=16)
    yield Case("qwen3_moe", "heads of 16", "Qwen3MoeForCausalLM", qwen3, IDS, adapt=by_loops)
    late = qwen3 | dict(mlp_only_layers=[0])
    yield Case("qwen3_moe_late", "experts from layer 1 on", "Qwen3MoeForCausalLM", late, IDS, adapt=by_loops)


def main():
    transformers.logging.set_verbosity_error()
    for case in cases():
        folder = HERE / case.name
        shutil.rmtree(folder, ignore_errors=True)
        save_checkpoint(folder, case)
        exact = run(folder, case, torch.float64)
        layer = 1 if case.name.endswith("_late") else 0
        names = [f"layers.{layer}.{name}" for name in KEPT]
        save_file({name: exact[name].contiguous() for name in names}, folder / "expected.safetensors")


main()
