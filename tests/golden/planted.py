"""Writes planted/: a very small BERT whose heads do what is planted in them, for examples that show something.

Run it with numpy and safetensors. Positions are points on circles, which a query turns by a step to find its neighbour
(the rotations of Vaswani et al. 2017, section 3.5); words are random directions.

layer 0: previous token, next token, the token itself, what a pronoun stands for ("it" looks for nouns)
layer 1: separators, the first token, the neighbourhood, everything alike
"""

import json
import pathlib

import numpy as np
from safetensors.numpy import save_file

WORDS = """[PAD] [UNK] [CLS] [SEP] [MASK] the a an animal street cat dog road bird time arrow fly flies fruit banana didn t
cross because it was too tired wide like likes and is not old young sat on in of to runs sees ' . , ##s ##ed ##ing""".split()
NOUNS = "animal street cat dog road bird time arrow fruit banana".split()
HIDDEN, HEADS, POSITIONS, LAYERS, INNER = 48, 4, 64, 2, 16
CIRCLES = 6
DIM = HIDDEN // HEADS
FREQUENCIES = np.pi / 1.5 ** np.arange(CIRCLES)


def positions():
    angles = np.arange(POSITIONS)[:, None] * FREQUENCIES
    return np.stack([np.cos(angles), np.sin(angles)], -1).reshape(POSITIONS, 2 * CIRCLES)


def turned(steps):
    """Takes a position on its circles to that `steps` further, from the whole vector."""
    matrix = np.zeros((DIM, HIDDEN))
    for i, angle in enumerate(steps * FREQUENCIES):
        c, s = np.cos(angle), np.sin(angle)
        matrix[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[c, -s], [s, c]]
    return matrix


def toward(direction):
    """Reads one direction into the first feature of a head."""
    matrix = np.zeros((DIM, HIDDEN))
    matrix[0] = direction
    return matrix


def main():
    generator = np.random.default_rng(0)
    words = generator.standard_normal((len(WORDS), HIDDEN - 2 * CIRCLES))
    words *= np.sqrt(CIRCLES) / np.linalg.norm(words, axis=1, keepdims=True)
    word = {w: np.concatenate([np.zeros(2 * CIRCLES), v]) for w, v in zip(WORDS, words)}
    anything = np.ones(HIDDEN)
    always = np.zeros((DIM, HIDDEN))
    nouns = sum(word[w] for w in NOUNS)
    none = np.zeros((DIM, HIDDEN))
    bias = np.eye(DIM)[0]
    # Of each head: query, key, sharpness, and a query that does not depend on the token.
    planted = [
        [(turned(-1), turned(0), 0.8, 0 * bias), (turned(1), turned(0), 0.6, 0 * bias), (turned(0), turned(0), 0.7, 0 * bias),
         (toward(word["it"]), toward(nouns), 0.12, 0 * bias)],
        [(none, toward(word["[SEP]"]), 0.3, bias), (none, toward(word["[CLS]"]), 0.25, bias), (turned(0), turned(0), 0.25, 0 * bias),
         (none, none, 0, 0 * bias)],
    ]
    tensors = {
        "embeddings.word_embeddings.weight": np.stack([word[w] for w in WORDS]),
        "embeddings.position_embeddings.weight": np.concatenate(
            [positions(), np.zeros((POSITIONS, HIDDEN - 2 * CIRCLES))], 1),
        "embeddings.token_type_embeddings.weight": np.zeros((2, HIDDEN)),
        "embeddings.LayerNorm.weight": np.ones(HIDDEN),
        "embeddings.LayerNorm.bias": np.zeros(HIDDEN),
    }

    def small(*shape):
        return 0.02 * generator.standard_normal(shape)

    for layer, heads in enumerate(planted):
        scope = f"encoder.layer.{layer}."
        query = np.concatenate([sharpness**0.5 * q for q, k, sharpness, b in heads])
        key = np.concatenate([sharpness**0.5 * k for q, k, sharpness, b in heads])
        fixed = np.concatenate([4 * sharpness**0.5 * b for q, k, sharpness, b in heads])
        for name, weight, b in (
            ("attention.self.query", query, fixed),
            ("attention.self.key", key, np.zeros(HIDDEN)),
            ("attention.self.value", small(HIDDEN, HIDDEN), np.zeros(HIDDEN)),
            ("attention.output.dense", small(HIDDEN, HIDDEN), np.zeros(HIDDEN)),
            ("attention.output.LayerNorm", np.ones(HIDDEN), np.zeros(HIDDEN)),
            ("intermediate.dense", small(INNER, HIDDEN), np.zeros(INNER)),
            ("output.dense", small(HIDDEN, INNER), np.zeros(HIDDEN)),
            ("output.LayerNorm", np.ones(HIDDEN), np.zeros(HIDDEN)),
        ):
            tensors[f"{scope}{name}.weight"] = weight
            tensors[f"{scope}{name}.bias"] = b
    config = {
        "architectures": ["BertModel"], "model_type": "bert", "vocab_size": len(WORDS), "hidden_size": HIDDEN,
        "num_attention_heads": HEADS, "num_hidden_layers": LAYERS, "intermediate_size": INNER,
        "max_position_embeddings": POSITIONS, "type_vocab_size": 2,
    }
    folder = pathlib.Path(__file__).with_name("planted")
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    save_file({name: t.astype(np.float16) for name, t in tensors.items()}, folder / "model.safetensors")


if __name__ == "__main__":
    main()
