#!/usr/bin/env python3
"""Makes tokenizer_components.tsv: what single components of the official tokenizers do to awkward texts.

Run with tokenizers 0.23.3:  tokenizer_components.py tokenizer_components.tsv ../../vocab/english/english.model
Building and testing never need this script.

A line that begins with { is a part of a tokenizer.json: a normalizer, a pre-tokenizer or both. The lines below it are
texts in hexadecimal UTF-8, a tab, and what becomes of them: pieces in hexadecimal with the code points of the original
that they come from, as piece:begin-end. Normalizers are shown by pieces of one code point (FixedLength). The charsmap
"@english" stands for the one of english.model.
"""
import base64
import json
import sys

import tokenizers
from tokenizers import PreTokenizedString, Tokenizer

from tokenizer_charsmap import charsmap_of

AWKWARD = [
    "", " ", "  \t\n\r ", "a", " Hello,  World! ", "\0a\0", "a\x01b\x7fc\x85d", "\ufeffx\u00ady\u200dz\ufffd", "\r\n\r\nx\n y",
    "caf\u00e9 cafe\u0301 \u0301a", "\u0130I\u0307\u0131 \u03a3\u03c2 \u1e9e\u00df", "\ufb01ne \u00bd \u2460\u216b\ufdfa", "a\u0323\u0301b\u0301\u0323c\u302e\u0301",
    "\ud55c\uad6d \u1112\u1161\u11ab \uac00\u11a8", "\u304b\u3099\u30ac \uff76\uff9e\u30fc", "\u4f60\u597d\uff0c\u4e16\u754c\u3002\U00020000\U0002b825\uf900",
    "\u0928\u093f \u0915\u094d\u0937 \u0e01\u0e33", "\u05e9\u05c1\u05dc \u0627\u064e\u0640\u0600\u0661", "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f44d\U0001f3fd \U0001f1e9\U0001f1ea",
    "don't I'LL 'S x's", "3.14 1,000,000 2\u00b2 \u0664\u0665 \u2167", "a_b-c$d+e<f>^`|~", "\u2581x \u2581\u2581y", "aXbaa aa", "\u00a0x\u2003y\u3000z\u2028w\u1680v",
    "\u1c89\U00010d40\U00016d40\u166d", "\u0f73\u0f71\u0f74\u0344", "\u2126\u212b\u2260", "\u24b6\u00b9\u00bc", "\U000e0041\U0010ffff\ue000",
]  # fmt: skip

EACH = {"type": "FixedLength", "length": 1}
CHARSMAP = {"type": "Precompiled", "precompiled_charsmap": "@english"}
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")  # fmt: skip
BEHAVIORS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]


def bert(clean, ideographs, accents, lower):
    return {"type": "BertNormalizer", "clean_text": clean, "handle_chinese_chars": ideographs,
            "strip_accents": accents, "lowercase": lower}  # fmt: skip


def replace(kind, pattern, content):
    return {"type": "Replace", "pattern": {kind: pattern}, "content": content}


def sequence(name, *parts):
    return {"type": "Sequence", name: list(parts)}


def split(kind, pattern, behavior="Isolated", invert=False):
    return {"type": "Split", "pattern": {kind: pattern}, "behavior": behavior, "invert": invert}


def byte_level(space, regex):
    return {"type": "ByteLevel", "add_prefix_space": space, "trim_offsets": True, "use_regex": regex}


NORMALIZERS = [
    *({"type": kind} for kind in ("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "Nmt", "StripAccents", "ByteLevel")),
    bert(True, True, None, True), bert(True, True, None, False), bert(False, True, True, False), bert(True, False, False, True),
    {"type": "Strip", "strip_left": True, "strip_right": True}, {"type": "Strip", "strip_left": False, "strip_right": True},
    {"type": "Strip", "strip_left": True, "strip_right": False}, {"type": "Prepend", "prepend": "\u2581"},
    {"type": "Prepend", "prepend": ""}, replace("String", "a", ""), replace("Regex", " {2,}", "_"), replace("Regex", "^", "x"),
    replace("Regex", r"\s*", "-"), CHARSMAP,
    sequence("normalizers", replace("String", "``", '"'), {"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Lowercase"}, CHARSMAP),
    sequence("normalizers", {"type": "Prepend", "prepend": "\u2581"}, replace("String", " ", "\u2581")),
]  # fmt: skip
PRE_TOKENIZERS = [
    *({"type": kind} for kind in ("BertPreTokenizer", "Whitespace", "WhitespaceSplit", "Punctuation")),
    *({"type": "Punctuation", "behavior": behavior} for behavior in BEHAVIORS[2:]),
    {"type": "Digits", "individual_digits": True}, {"type": "Digits", "individual_digits": False},
    {"type": "CharDelimiterSplit", "delimiter": "\u2581"}, {"type": "FixedLength", "length": 3},
    *({"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": scheme, "split": True} for scheme in ("first", "always", "never")),
    {"type": "Metaspace", "replacement": "_", "add_prefix_space": True, "split": False},
    byte_level(True, True), byte_level(False, True), byte_level(True, False),
    *(split("String", "a", behavior) for behavior in BEHAVIORS), *(split("String", "a", behavior, True) for behavior in BEHAVIORS),
    split("Regex", r"\s*", "Removed"), split("Regex", GPT2, "Removed", True), split("Regex", LLAMA3),
    split("Regex", LLAMA3.replace("{1,3}", "")), split("Regex", r"\w+|[^\w\s]+"), split("Regex", r"[[:punct:]]|\d+"),
    split("Regex", r"\p{Lu}\p{Ll}*|\P{L}|\p{^M}+"),
    sequence("pretokenizers", {"type": "WhitespaceSplit"},
             {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "first", "split": True}),
    sequence("pretokenizers", byte_level(True, True), EACH),
]  # fmt: skip


def pieces(parts, text, charsmap):
    document = {"version": "1.0", "added_tokens": [], "normalizer": None, "pre_tokenizer": None, "post_processor": None,
                "decoder": None, "model": {"type": "WordLevel", "vocab": {}, "unk_token": ""}, **parts}  # fmt: skip
    tokenizer = Tokenizer.from_str(json.dumps(document).replace("@english", charsmap))
    split = PreTokenizedString(text)
    if tokenizer.normalizer:
        split.normalize(tokenizer.normalizer.normalize)
    tokenizer.pre_tokenizer.pre_tokenize(split)
    return [(piece, *offsets) for piece, offsets, _ in split.get_splits("original", "char")]


def main(path, model):
    assert tokenizers.__version__ == "0.23.3", tokenizers.__version__
    charsmap = base64.b64encode(charsmap_of(open(model, "rb").read())).decode()
    sections = [{"normalizer": part, "pre_tokenizer": EACH} for part in NORMALIZERS]
    sections += [{"pre_tokenizer": part} for part in PRE_TOKENIZERS]
    with open(path, "w") as file:
        file.write("# Components of tokenizers 0.23.3, see tokenizer_components.py\n")
        for parts in sections:
            file.write(json.dumps(parts) + "\n")
            for text in AWKWARD:
                found = " ".join(f"{piece.encode().hex()}:{begin}-{end}" for piece, begin, end in pieces(parts, text, charsmap))
                file.write(f"{text.encode().hex()}\t{found}\n")


main(*sys.argv[1:])
