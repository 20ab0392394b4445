"""Writes compare.json: pairs of small arrays and how far numpy finds them apart. Run it with numpy; it names the version.

Numbers stand as C99 hexadecimal texts, nan and inf among them. "beyond" counts what numpy.isclose does not accept;
"max_abs" and "mean_abs" are infinite where just one number is infinite or either is NaN; "max_rel" is over those b that
are finite and not 0, as in numpy.testing.assert_allclose; "ulps" counts steps of numpy.nextafter; "cosine" is over
pairs of finite numbers.
"""

import json
import pathlib

import numpy as np

nan, inf = float("nan"), float("inf")


def ordinal(x):
    bits = x.view({4: np.int32, 8: np.int64}[x.itemsize]).astype(object)
    least = -(2 ** (8 * x.itemsize - 1))
    return np.array([b if b >= 0 else least - b for b in bits], object)


def expected(a, b, atol, rtol, equal_nan):
    x, y = a.astype(np.float64), b.astype(np.float64)
    with np.errstate(all="ignore"):
        same = (x == y) | (equal_nan & np.isnan(x) & np.isnan(y))
        finite = np.isfinite(x) & np.isfinite(y)
        distance = np.where(same, 0, np.where(finite, abs(x - y), inf))
        relative = np.where((y != 0) & np.isfinite(y), distance / abs(y), 0)
        close = np.isclose(x, y, rtol=rtol, atol=atol, equal_nan=equal_nan)
    narrow = np.float64 if a.dtype == b.dtype == np.float64 else np.float32
    steps = abs(ordinal(a[finite].astype(narrow)) - ordinal(b[finite].astype(narrow)))
    u, v = x[finite], y[finite]
    norms = np.linalg.norm(u) * np.linalg.norm(v)
    return {
        "unequal": int((~same).sum()),
        "beyond": int((~close).sum()),
        "max_abs": float(distance.max()).hex(),
        "max_abs_at": int(distance.argmax()),
        "max_rel": float(relative.max()).hex(),
        "max_rel_at": int(relative.argmax()),
        "ulps": int(max(steps, default=0)),
        "mean_abs": float(distance.mean()).hex(),
        "cosine": float(u @ v / norms if norms else nan).hex(),
    }


def cases():
    generator = np.random.default_rng(0)
    base = generator.standard_normal(40)
    near = base * (1 + generator.standard_normal(40) * 1e-5)
    odd_a = np.array([0.0, -0.0, 1e-45, -1e-45, 1e-9, 1, inf, -inf, nan, nan, inf, 3e38, -3e38, 5])
    odd_b = np.array([-0.0, 0.0, -1e-45, 0.0, 0.0, 1 + 1.2e-7, inf, -inf, nan, 1, -inf, -3e38, 3e38, inf])
    for types in (("f4", "f4"), ("f8", "f8"), ("f4", "f8")):
        for atol, rtol in ((1e-8, 1e-5), (0, 0), (1e-4, 0)):
            yield types, base, near, atol, rtol, False
            yield types, odd_a, odd_b, atol, rtol, False
            yield types, odd_a, odd_b, atol, rtol, True
    yield ("f4", "f4"), np.zeros(3), np.ones(3), 1e-8, 1e-5, False


def main():
    lines = []
    with np.errstate(all="ignore"):
        for (type_a, type_b), a, b, atol, rtol, equal_nan in cases():
            a, b = a.astype(type_a), b.astype(type_b)
            case = {"type_a": type_a, "type_b": type_b, "atol": atol, "rtol": rtol, "equal_nan": equal_nan}
            case |= {"a": [float(x).hex() for x in a], "b": [float(x).hex() for x in b]}
            lines.append(json.dumps(case | {"expected": expected(a, b, atol, rtol, equal_nan)}))
    text = "{\"numpy\": \"%s\",\n\"cases\": [\n%s\n]}\n" % (np.__version__, ",\n".join(lines))
    pathlib.Path(__file__).with_name("compare.json").write_text(text)


if __name__ == "__main__":
    main()
