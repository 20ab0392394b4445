"""Writes heads.json: attention weights and the statistics of their heads as numpy finds them. Run it with numpy; it names the version.

A case is a batch of sequences of one head: weights [T, S] a sequence, and for each key whether it is a separator. The
statistics are means over all queries of all sequences for which they have a value; rows that are all 0 do not count.
"rollout" is that of the first sequence's weights taken for two layers of two heads.
"""

import json
import pathlib

import numpy as np


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def statistics(weights, separators, own_text):
    rows = {name: [] for name in ("entropy", "keys", "largest", "distance", "first", "self", "previous", "next", "separators")}
    for w, is_separator in zip(weights, separators):
        size = w.shape[1]
        for query, row in enumerate(w):
            if not row.any():
                continue
            entropy = -sum(p * np.log(p) for p in row if p > 0)
            rows["entropy"].append(entropy)
            rows["keys"].append(np.exp(entropy))
            rows["largest"].append(row.max())
            if any(is_separator):
                rows["separators"].append(row[np.array(is_separator)].sum())
            if not own_text:
                continue
            rows["distance"].append((row * abs(np.arange(size) - query)).sum())
            rows["first"].append(row[0])
            rows["self"].append(row[query])
            if query > 0:
                rows["previous"].append(row[query - 1])
            if query + 1 < size:
                rows["next"].append(row[query + 1])
    return {name: float(np.mean(values)) if values else None for name, values in rows.items()}


def rollout(layers):
    product = np.eye(layers[0].shape[-1])
    for heads in layers:
        step = (heads.mean(0) + np.eye(len(product))) / 2
        product = step / step.sum(-1, keepdims=True) @ product
    return product


def cases():
    generator = np.random.default_rng(0)

    def random(queries, keys, sharpness=1.0):
        return softmax(sharpness * generator.standard_normal((queries, keys))).astype(np.float32).astype(np.float64)

    def none(keys):
        return [False] * keys

    yield "one token", [random(1, 1)], [none(1)], True
    yield "two sequences, separators in one", [random(4, 4), random(3, 3)], [[False, False, False, True], none(3)], True
    yield "sharp", [random(9, 9, 8.0)], [[False, True] + none(6) + [True]], True
    yield "all alike", [np.full((5, 5), 0.25) * (1 - np.eye(5))], [none(5)], True
    causal = np.tril(random(6, 6))
    yield "causal", [causal / causal.sum(-1, keepdims=True)], [none(6)], True
    blind = random(4, 4)
    blind[2] = 0
    yield "a query that attends to nothing", [blind], [none(4)], True
    yield "nothing but such queries", [np.zeros((3, 3))], [none(3)], True
    yield "another text", [random(3, 7)], [none(6) + [True]], False


def main():
    lines = []
    for name, weights, separators, own_text in cases():
        case = {"name": name, "own_text": own_text, "weights": [w.tolist() for w in weights], "separators": separators}
        lines.append(json.dumps(case | {"expected": statistics(weights, separators, own_text)}))
    layers = [np.random.default_rng(layer).dirichlet(np.ones(5), (2, 5)) for layer in range(3)]
    text = '{"numpy": "%s",\n"cases": [\n%s\n],\n"layers": %s,\n"rollout": %s}\n' % (
        np.__version__,
        ",\n".join(lines),
        json.dumps([layer.tolist() for layer in layers]),
        json.dumps(rollout(layers).tolist()),
    )
    pathlib.Path(__file__).with_name("heads.json").write_text(text)


if __name__ == "__main__":
    main()
