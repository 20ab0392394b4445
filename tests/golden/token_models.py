"""Makes token_models.json: small models of tokenizer.json, words, and what `tokenizers` makes of them.

Usage: python token_models.py > token_models.json
Made with tokenizers 0.23.3 (pip). Each case is {"name", "model", "words": [[word, [[id, begin, end], ...]], ...]};
a word that the official library refuses has null. "numbers" holds pairs of a decimal number and the float64 that
the official library reads where it stands as a score.
"""
import json
import random
import struct

from tokenizers import Tokenizer

random.seed(20240607)
EMPTY = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
         "pre_tokenizer": None, "post_processor": None, "decoder": None}


def official(model):
    return Tokenizer.from_str(json.dumps({**EMPTY, "model": model})).model


def tokens(model, word):
    try:
        return [[t.id, *t.offsets] for t in model.tokenize(word)]
    except Exception:  # the library raises a bare Exception for an unknown word
        return None


def case(name, model, words):
    read = official(model)
    return {"name": name, "model": model, "words": [[w, tokens(read, w)] for w in words]}


def vocab(*pieces):
    return {piece: i for i, piece in enumerate(pieces)}


def strings(alphabet, longest, count):
    return ["".join(random.choice(alphabet) for _ in range(random.randint(1, longest))) for _ in range(count)]


def random_bpe(alphabet, count, **rules):
    """A BPE whose merges come in random order, so that ranks do not follow from lengths."""
    prefix, suffix = rules.get("continuing_subword_prefix") or "", rules.get("end_of_word_suffix") or ""
    pieces = [c for c in alphabet] + ([prefix + c for c in alphabet] if prefix else [])
    pieces += [p + suffix for p in pieces] if suffix else []
    merges = []
    while len(merges) < count:
        a, b = random.choice(pieces), random.choice(pieces)
        if not b.startswith(prefix) or (suffix and a.endswith(suffix)) or len(a) > 8 or [a, b] in merges:
            continue
        merges.append([a, b])
        if a + b[len(prefix):] not in pieces:
            pieces.append(a + b[len(prefix):])
    random.shuffle(merges)
    extra = rules.pop("extra", [])
    return {"type": "BPE", **rules, "vocab": vocab(*extra, *pieces), "merges": merges}


def bpe_cases():
    words = strings("abcd", 12, 60) + strings("ab", 60, 10) + ["a" * 100, "ab" * 60, "d"]
    odd = strings("ab\u00e9\u4f60\U0001f600?", 10, 50) + ["\u00e9", "\U0001f600\u00e9", "\u4f60" * 40]
    yield case("merges in any order", random_bpe("abcd", 40), words)
    yield case("continuing_subword_prefix", random_bpe("abcd", 40, continuing_subword_prefix="##"), words)
    yield case("end_of_word_suffix", random_bpe("abcd", 40, end_of_word_suffix="</w>"), words)
    yield case("prefix and suffix, unknown",
               random_bpe("abcd", 50, continuing_subword_prefix="@", end_of_word_suffix="!", unk_token="?u",
                          extra=["?u"]), words + odd)
    for fuse in (False, True):
        for fallback in (False, True):
            rules = {"unk_token": "<unk>", "fuse_unk": fuse, "byte_fallback": fallback}
            # The bytes of the accented letter are there, of the others only some.
            byte_pieces = ["<0xC3>", "<0xA9>", "<0xF0>", "<0x9F>", "<0xE4>"]
            yield case(f"unknown, fuse_unk {fuse}, byte_fallback {fallback}",
                       random_bpe("ab", 12, extra=["<unk>", *byte_pieces], **rules), odd)
    yield case("no unknown piece: characters are left out", random_bpe("ab", 12), odd)
    yield case("bytes of a suffix count",
               random_bpe("ab", 12, byte_fallback=True, end_of_word_suffix="</w>",
                          extra=[f"<0x{b:02X}>" for b in range(256)]), odd)
    yield case("unknown piece that is not there", random_bpe("ab", 4, unk_token="<unk>"), ["ab", "ac", "b"])
    ignoring = random_bpe("ab", 12, ignore_merges=True)
    ignoring["vocab"].update({"bbbbbbb": len(ignoring["vocab"]), "zz": len(ignoring["vocab"]) + 1})
    yield case("ignore_merges", ignoring, ["bbbbbbb", "bbbbbb", "zz", "z", *strings("ab", 9, 30)])
    yield case("merges of the unknown piece and of bytes",
               {"type": "BPE", "unk_token": "<u>", "byte_fallback": True,
                "vocab": vocab("<u>", "a", "<u>a", "<0xC3>", "<0xA9>", "<0xC3><0xA9>", "a<u>", "<u><u>"),
                "merges": [["<u>", "a"], ["<0xC3>", "<0xA9>"], ["a", "<u>"], ["<u>", "<u>"]]}, odd)
    yield case("a merge that adds nothing",
               {"type": "BPE", "continuing_subword_prefix": "##",
                "vocab": vocab("a", "##", "##a", "aa", "##b", "ab", "##ab"),
                "merges": [["a", "##"], ["a", "##a"], ["##a", "##b"]]},
               strings("ab", 8, 30) + ["a#b", "a##"])
    yield case("two pieces of one id",
               {"type": "BPE", "vocab": {"a": 0, "b": 0, "aa": 1, "ab": 2, "c": 3, "abc": 1},
                "merges": [["a", "a"], ["ab", "c"]]}, strings("abc", 8, 40) + ["abc" * 20])
    yield case("two merges of one pair",
               {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2, "ba": 3}, "merges": ["a b", "b a", "a b"]},
               strings("ab", 8, 30))
    yield case("texts as merges, a version, ids with holes",
               {"dropout": None, "vocab": {"a": 7, "b": 90, "ab": 3, "abab": 1000},
                "merges": ["#version: 0.2", "a b", "ab ab"]}, strings("ab", 12, 20))
    yield case("joined by several ways",
               random_bpe("\u2581abc", 60, unk_token="a", fuse_unk=True),
               ["\u2581".join(strings("abc", 9, 20)) for _ in range(20)] + strings("\u2581\u2581abc", 90, 20))


def unigram_cases():
    pieces = [["<unk>", 0.0]] + [[p, -random.random() * 9] for p in dict.fromkeys(strings("abcd", 5, 60) + list("abc"))]
    odd = strings("abz\u00e9\u4f60\U0001f600", 10, 60) + ["<unk>", "a<unk>b", "z<unk>z", "z" * 300, "\u00e9" * 200]
    words = strings("abcd", 14, 80) + ["abcd" * 100]
    yield case("scores at random", {"type": "Unigram", "unk_id": 0, "vocab": pieces}, words + odd)
    ties = [["<unk>", 0.0]] + [[p, -1.0 * len(p)] for p in dict.fromkeys(strings("ab", 4, 40) + list("ab"))]
    yield case("ties", {"type": "Unigram", "unk_id": 0, "vocab": ties}, strings("ab", 20, 60))
    tenths = [["<unk>", 0.0]] + [[p, -0.1 * len(p)] for p in dict.fromkeys(strings("ab", 4, 40) + list("ab"))]
    yield case("sums that round", {"type": "Unigram", "unk_id": 0, "vocab": tenths}, strings("ab", 30, 80))
    bytes_ = [[f"<0x{b:02X}>", 0.0] for b in range(256)]
    yield case("byte_fallback", {"type": "Unigram", "unk_id": 0, "byte_fallback": True, "vocab": pieces + bytes_},
               odd)
    some = [["<0xC3>", 0.0], ["<0xA9>", 0.0], ["<0xF0>", 0.0]]
    yield case("byte_fallback, some bytes missing",
               {"type": "Unigram", "unk_id": 0, "byte_fallback": True, "vocab": pieces + some}, odd)
    yield case("no unk_id", {"type": "Unigram", "unk_id": None, "vocab": pieces}, ["ab", "az", "c", "zz"])
    yield case("pieces given twice, an empty one",
               {"vocab": [["u", 0.0], ["a", -1.0], ["", -9.0], ["ab", -5.0], ["b", -1.0], ["a", -2.5], ["ab", -3.0],
                          ["u", -1.0]], "unk_id": 0}, strings("abuz", 8, 60))
    yield case("scores above zero: fused unknown characters are a piece",
               {"type": "Unigram", "unk_id": 0,
                "vocab": [["u", 100.0], ["xy", 100.0], ["a", 101.0], ["\u00e9\u00e9", 100.0]]},
               strings("axyz\u00e9", 8, 60))
    yield case("whole numbers as scores", {"type": "Unigram", "unk_id": 1, "vocab": [["a", -1], ["u", 0], ["aa", -2]]},
               strings("ax", 8, 20))


def word_cases():
    words = strings("abcd", 10, 40) + strings("ab\u00e9\u4f60", 6, 30)
    pieces = vocab("[UNK]", *dict.fromkeys(list("ab") + ["##" + c for c in "abc\u00e9"] + strings("abc\u00e9", 4, 20) +
                                           ["##" + w for w in strings("abc\u00e9", 4, 30)]))
    rules = {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
             "max_input_chars_per_word": 8, "vocab": pieces}
    yield case("WordPiece", rules, words)
    yield case("WordPiece without a prefix", {**rules, "continuing_subword_prefix": "", "max_input_chars_per_word": 100},
               words + ["ab" * 50, "ab" * 50 + "a"])
    bare = {k: v for k, v in rules.items() if k != "type"}
    yield case("WordPiece without a type", bare, words[:20])
    yield case("WordPiece without the unknown piece", {**rules, "unk_token": "?"}, ["ab", "d", "ad", "abababababa"])
    yield case("WordPiece of no characters", {**rules, "max_input_chars_per_word": 0}, ["a", "ab"])
    level = {"type": "WordLevel", "unk_token": "<unk>", "vocab": vocab("ab", "<unk>", "\u4f60", "a b")}
    yield case("WordLevel", level, ["ab", "a", "\u4f60", "a b", "\u4f60\u4f60"])
    yield case("WordLevel without a type", {k: v for k, v in level.items() if k != "type"}, ["ab", "a"])
    yield case("WordLevel without the unknown piece", {**level, "unk_token": "?"}, ["ab", "a"])


def numbers():
    texts = [repr(-random.random() * 15) for _ in range(150)]
    texts += [repr(struct.unpack("f", struct.pack("f", -random.random() * 15))[0]) for _ in range(150)]
    texts += [repr(struct.unpack("d", struct.pack("Q", random.getrandbits(63)))[0]) for _ in range(150)]
    texts += ["0.0", "-0.0", "1e22", "1e23", "5e-324", "1.7976931348623157e308", "0.1", "-100.0"]
    # Above 10^14 the zero in "...0.0" counts as a digit, which the float64 does not tell.
    texts = [t for t in texts if t not in ("nan", "inf") and not (t.endswith(".0") and float(t) > 1e14)]
    vocab_text = ",".join(f'["{i}",{t}]' for i, t in enumerate(texts))
    text = json.dumps({**EMPTY, "model": None}).replace('"model": null',
                                                        f'"model": {{"type": "Unigram", "vocab": [{vocab_text}]}}')
    read = json.loads(Tokenizer.from_str(text).to_str())["model"]["vocab"]
    return [[float(t), score] for t, (_, score) in zip(texts, read)]


if __name__ == "__main__":
    cases = [*bpe_cases(), *unigram_cases(), *word_cases()]
    lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    print(f'{{"tokenizers": "0.23.3",\n"numbers": {json.dumps(numbers())},\n"cases": [\n{lines}\n]}}')
