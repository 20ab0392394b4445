"""One layer of a decoder with weights in bfloat16: mha against Transformers with SDPA, in float32 and in bfloat16.

As a program, `decoder.py FOLDER TYPE TOKENS THREADS SECONDS`, the opponent's slot: milliseconds of a pass on standard
output. Of 2048 features, 16 heads of 128 that share 8 key-value heads, 6144 features inside the gated feed-forward:
the layers of Qwen3-1.7B without their norms of queries and keys.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

TYPES = ("float32", "bfloat16")
SIZES = dict(hidden_size=2048, num_attention_heads=16, num_key_value_heads=8, head_dim=128, intermediate_size=6144)
HEAD = f"{'decoder':10} {'tokens':>6} {'threads':>7}{'mha ms':>11}" + "".join(f"{t:>13}{'ratio':>7}" for t in TYPES)


def make_model(folder):
    import torch
    from transformers import LlamaConfig, LlamaModel

    torch.manual_seed(1)
    config = LlamaConfig(**SIZES, num_hidden_layers=1, vocab_size=32, max_position_embeddings=4096)
    LlamaModel(config).to(torch.bfloat16).save_pretrained(folder)


def slot(folder, kind, tokens, threads, seconds):
    import torch
    from transformers import LlamaModel

    from opponents.slots import faster_half

    torch.set_num_threads(threads)
    model = LlamaModel.from_pretrained(folder, dtype=getattr(torch, kind), attn_implementation="sdpa").eval()
    x = torch.randn(1, tokens, SIZES["hidden_size"]).to(model.dtype)
    with torch.inference_mode():
        return faster_half(lambda: model(inputs_embeds=x, use_cache=False), seconds)


def run(command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit((done.stderr.strip().splitlines() or [f"{command[0]}: status {done.returncode}"])[-1])
    return json.loads(done.stdout)


def commands(mha, folder, tokens, threads, seconds):
    """What is timed, by name: each gives milliseconds."""
    numbers = ["--tokens", str(tokens), "--threads", str(threads), "--seconds", str(seconds)]
    bench = [mha, "bench", "--what", "encoder", "--model", folder, *numbers, "--format", "json"]
    made = {"mha": lambda: run(bench)["ms"]}
    for kind in TYPES:
        program = [sys.executable, __file__, folder, kind, str(tokens), str(threads), str(seconds)]
        made[kind] = lambda program=program: run(program)
    return made


def decoder(options):
    """Prints a line a case; a ratio says how many times faster mha is."""
    results = []
    os.environ["PYTHONPATH"] = str(pathlib.Path(__file__).parent.parent)
    with tempfile.TemporaryDirectory() as folder:
        make_model(folder)
        print(HEAD, flush=True)
        for threads in options.threads:
            for tokens in options.tokens or (16, 512, 2048):
                made = commands(options.against, folder, tokens, threads, options.seconds)
                rounds = [{name: call() for name, call in made.items()} for _ in range(options.rounds)]
                best = {name: min(figures[name] for figures in rounds) for name in made}
                line = f"{'':10} {tokens:>6} {threads:>7}{best['mha']:>11.3f}"
                print(line + "".join(f"{best[t]:>13.3f}{best[t] / best['mha']:>7.2f}" for t in TYPES), flush=True)
                results.append({"tokens": tokens, "threads": threads, "ms": best})
    return results


if __name__ == "__main__":
    print(slot(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])))
