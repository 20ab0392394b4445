"""Cases to be timed, their weights and their work."""

import typing


class Shape(typing.NamedTuple):
    layers: int  # 0: one attention layer without a feed-forward part
    hidden: int
    heads: int
    intermediate: int = 0

    @property
    def head_dim(self):
        return self.hidden // self.heads


class Case(typing.NamedTuple):
    what: str
    shape: Shape
    batch: int
    tokens: int
    threads: int
    causal: bool = False

    def gigaflops(self, milliseconds):
        """Multiplications and additions count one each, those of the projections, of attention and of the rest."""
        shape, rows = self.shape, self.batch * self.tokens
        work = 8 * rows * shape.hidden**2 + 4 * rows * self.tokens * shape.hidden
        work += 4 * rows * shape.hidden * shape.intermediate
        return work * max(1, shape.layers) / milliseconds / 1e6

    def __str__(self):
        return f"{self.what} {self.batch} x {self.tokens}, {self.threads} threads"


LAYER = Shape(0, 768, 12)
ENCODERS = {"BERT-base": Shape(12, 768, 12, 3072), "MiniLM": Shape(6, 384, 12, 1536)}
EPSILON = 1e-12


def linear(random, outputs, inputs):
    """Weights [outputs, inputs] and bias [outputs] that keep the size of what goes through."""
    weight = random.standard_normal((outputs, inputs), "float32") * inputs**-0.5
    return weight.astype("float32"), random.standard_normal(outputs, "float32") * 0.1


def layer_weights(random, shape):
    """One layer, by name; the rows of qkv are those of queries, keys and values."""
    import numpy

    weights = {}
    sizes = {"qkv": (3 * shape.hidden, shape.hidden), "out": (shape.hidden, shape.hidden)}
    if shape.intermediate:
        sizes |= {"up": (shape.intermediate, shape.hidden), "down": (shape.hidden, shape.intermediate)}
        for norm in ("norm1", "norm2"):
            weights[f"{norm}.weight"] = numpy.ones(shape.hidden, "float32")
            weights[f"{norm}.bias"] = random.standard_normal(shape.hidden, "float32") * numpy.float32(0.1)
    for name, size in sizes.items():
        weight, bias = linear(random, *size)
        weights |= {f"{name}.weight": weight, f"{name}.bias": bias.astype("float32")}
    return weights


def make_weights(shape):
    """A list of layers, the same numbers in every process."""
    import numpy

    random = numpy.random.default_rng(1)
    return [layer_weights(random, shape) for _ in range(max(1, shape.layers))]


def make_input(case):
    """[batch, tokens, hidden]"""
    import numpy

    size = (case.batch, case.tokens, case.shape.hidden)
    return numpy.random.default_rng(2).standard_normal(size, "float32")
