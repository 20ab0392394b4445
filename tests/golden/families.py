"""Makes tests/golden/families/: small random checkpoints as Transformers saves them, and what it computes from them.

python3 families.py   (made with torch 2.15.0, transformers 5.23.0 and safetensors 0.8.0, on the CPU)

A folder holds a checkpoint, `arguments` (the options of mha for its batch) and expected.safetensors: eager attention in
float64 from the exact values of the weights, under mha's names. Rows of padding are zero, scores of padding keys -inf.
float32.tsv has, for every expected tensor, the largest error of the same model in float32 and the largest magnitude.
"""

import json
import pathlib
import shutil
import zlib

import torch
import transformers
from safetensors.torch import load_file, save_file
from torch import nn

from transformers_trace import load, named

HERE = pathlib.Path(__file__).with_suffix("")

def perturb(model):
    """Numbers that leave nothing at its default."""
    with torch.no_grad():
        for module in model.modules():
            for name, parameter in module.named_parameters(recurse=False):
                parameter.normal_(0, 0.3)
                if isinstance(module, nn.LayerNorm) and name == "weight":
                    parameter += 1


def batch(sequences, token_types, pad):
    longest = max(map(len, sequences))
    fill = lambda rows, value: torch.tensor([row + [value] * (longest - len(row)) for row in rows])
    inputs = {"input_ids": fill(sequences, pad), "attention_mask": fill([[1] * len(s) for s in sequences], 0)}
    return inputs | ({"token_type_ids": fill(token_types, 0)} if token_types else {})


def arguments(sequences, token_types):
    options = [("--ids", s) for s in sequences] + [("--token-types", t) for t in token_types or []]
    return " ".join(f"{name} {','.join(map(str, numbers))}" for name, numbers in options) + "\n"


def old_names(name):
    return name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")


def save_checkpoint(folder, model, shard, rename):
    model.save_pretrained(folder, max_shard_size=shard)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if rename:
        file = folder / "model.safetensors"
        save_file({rename(name): t for name, t in load_file(file).items()}, file, metadata={"format": "pt"})


def largest(tensor):
    return tensor[tensor.isfinite()].abs().max().item()


ALL = ["embeddings", "query", "key", "value", "scores", "weights", "heads", "x", "output", "hidden", "final"]
BRIEF = ["embeddings", "weights", "hidden", "final"]
LAST = ["final"]


def case(name, kind, config, sequences, types=None, keep=LAST, dtype=torch.float32, shard="1GB", rename=None):
    """Makes one folder; gives its lines of float32.tsv."""
    folder = HERE / name
    torch.manual_seed(zlib.crc32(name.encode()))
    config_kind = kind.split("For")[0].removesuffix("Model") + "Config"
    model = getattr(transformers, kind)(getattr(transformers, config_kind)(**config)).to(dtype)
    perturb(model)
    save_checkpoint(folder, model, shard, rename)
    (folder / "arguments").write_text(arguments(sequences, types))
    lengths = [len(s) for s in sequences]
    inputs = batch(sequences, types, json.loads((folder / "config.json").read_text())["pad_token_id"])
    exact = named(load(folder, torch.float64), inputs, lengths)
    single = named(load(folder, torch.float32), inputs, lengths)
    expected = {n: t.contiguous() for n, t in sorted(exact.items()) if n.split(".")[-1] in keep}
    save_file(expected, folder / "expected.safetensors")
    for tensor, values in expected.items():
        finite = values.isfinite()
        error = (single[tensor].double()[finite] - values[finite]).abs().max().item()
        yield f"{name}\t{tensor}\t{error:.3g}\t{largest(values):.3g}"


SMALL = dict(vocab_size=41, hidden_size=12, num_hidden_layers=2, num_attention_heads=2, intermediate_size=21)
BERT = SMALL | dict(max_position_embeddings=7)  # as many positions as the longest sequence has tokens
ONE = BERT | dict(num_hidden_layers=1)
WIDE = dict(hidden_size=20, intermediate_size=22)  # 2 heads of 10
THREE = dict(hidden_size=18, num_attention_heads=3)  # of 6
ROBERTA = SMALL | dict(max_position_embeddings=7, pad_token_id=1, type_vocab_size=1, layer_norm_eps=1e-5)
DISTILBERT = dict(vocab_size=41, dim=12, n_layers=2, n_heads=2, hidden_dim=21, max_position_embeddings=7)

IDS = [[2, 40, 7, 7, 30, 12, 3], [5], [2, 9, 0, 3]]
TYPES = [[0, 0, 0, 1, 1, 1, 1], [1], [0, 1, 0, 1]]
# The padding id within a text takes no position of its own, so that eight tokens fit into seven positions from 2 on.
PADDED = [[0, 40, 1, 30, 1, 1, 12, 2], [5], [1, 8, 2]]
LONG = [[(i * i + 3 * i) % 39 + 2 for i in range(100)], [(7 * i) % 39 + 2 for i in range(60)]]


def cases():
    yield case("bert", "BertModel", BERT | WIDE, IDS, TYPES, ALL)
    yield case("bert_masked_lm", "BertForMaskedLM", BERT, IDS)
    yield case("bert_old_names", "BertForPreTraining", BERT, IDS, rename=old_names)
    for activation in ("gelu_new", "gelu_pytorch_tanh", "relu", "silu"):
        yield case(f"bert_{activation}", "BertModel", ONE | dict(hidden_act=activation), IDS, TYPES)
    yield case("bert_f16", "BertModel", ONE, IDS, TYPES, BRIEF, torch.float16)
    yield case("bert_bf16", "BertModel", ONE, IDS, TYPES, BRIEF, torch.bfloat16)
    yield case("bert_f64", "BertModel", ONE, IDS, TYPES, BRIEF, torch.float64)
    yield case("bert_sharded", "BertModel", BERT, IDS, TYPES, shard="6KB")
    yield case("roberta", "RobertaModel", ROBERTA, PADDED, None, BRIEF + ["scores"])
    yield case("xlm_roberta", "XLMRobertaForSequenceClassification", ROBERTA, PADDED, None, BRIEF)
    camembert = dict(pad_token_id=3, max_position_embeddings=12)
    yield case("camembert", "CamembertForTokenClassification", ROBERTA | camembert, PADDED, None, BRIEF)
    yield case("distilbert", "DistilBertForMaskedLM", DISTILBERT | dict(activation="relu"), IDS, None, ALL)
    yield case("electra", "ElectraForPreTraining", BERT | THREE | dict(embedding_size=7), IDS, TYPES, ALL)
    yield case("electra_equal", "ElectraModel", ONE | dict(embedding_size=12), IDS, TYPES)
    yield case("mpnet", "MPNetModel", SMALL | dict(max_position_embeddings=16), [PADDED[0], LONG[0][:14]], None, ALL)
    mpnet = dict(num_hidden_layers=1, max_position_embeddings=102)  # distances up to the last bucket
    yield case("mpnet_long", "MPNetForMaskedLM", SMALL | mpnet, LONG)
    groups = dict(embedding_size=7, num_hidden_layers=3, num_hidden_groups=2, inner_group_num=2)
    yield case("albert", "AlbertModel", BERT | groups, IDS, TYPES, BRIEF)
    albert = dict(embedding_size=12, hidden_act="gelu")
    yield case("albert_masked_lm", "AlbertForMaskedLM", BERT | albert, IDS)
    # Transformers finds a layer's group by a division of doubles: layer 9 is in group 6, not 9 * 14 / 18 = 7.
    uneven = dict(hidden_size=6, num_attention_heads=1, intermediate_size=5, num_hidden_layers=18, num_hidden_groups=14)
    yield case("albert_uneven", "AlbertModel", BERT | uneven | dict(embedding_size=4), IDS, TYPES)


def main():
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir()
    lines = [line for made in cases() for line in made]
    versions = f"torch {torch.__version__.split('+')[0]}, transformers {transformers.__version__}"
    lines.insert(0, f"# folder, tensor, largest error in float32, largest magnitude; {versions}")
    (HERE / "float32.tsv").write_text("".join(line + "\n" for line in lines))


main()
