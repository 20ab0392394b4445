#!/usr/bin/env python3
"""Makes bert_uncased.tsv: what the official fast tokenizer says about awkward texts.

Run with tokenizers 0.23.3:  bert_uncased.py bert_uncased.tsv ../../vocab/bert-base-uncased/vocab.txt
Texts come from the file itself (any new line needs only its first column) and from AWKWARD below; ids and offsets
are written anew. Building and testing never need this script.

Columns, separated by tabs: the text in hexadecimal UTF-8; ids; offsets as begin-end in code points. Special tokens are
not added.
"""
import sys

import tokenizers
from tokenizers import BertWordPieceTokenizer

AWKWARD = [
    "", " ", "\t\n\r", "\0", "\0\0a\0b", "a\x01b\x7fc", "\ufeffabc", "a\u00adb", "a\u200db", "a\ufffdb", "a\x85b",
    "x\u00a0y\u2003z\u3000w", "a\u2028b\u2029c", "a\x0bb\x0cc",
    "[MASK]", "[MASK]ed", "un[MASK]ed", "[mask]", "[Mask]", "[[MASK]]", "[MASK", "MASK]", "[MASK][SEP][CLS]", "[CL\0S]",
    "[SEP\u0301]", "a[UNK]b", "[PAD] [PAD]", "[unused1]", "e[SEP]\u0301", "[SEP]\u0301x", "[" * 9, "[MASK]" * 3 + "]",
    "\u03a3\u03c2\u03c3", "\u039f\u0394\u03a5\u03a3\u03a3\u0395\u03a5\u03a3", "\u0130stanbul", "I\u0307", "\u1e9e\u00df",
    "\u0149 \u01f0 \u0390", "\ufb01ne \ufb00", "\u00bd \u2460 \u216b", "\u20ac3 \u2122 \u00a9",
    "e\u0301", "\u00e9", "a\u0301b", "a\u0301", "\u0301a", "\u0301", "a\u0327\u0301b", "a\u0301\u0327b",
    "\u1ea4\u1eb6\u01d5", "\u212b \u2126 \u212a", "\u0344", "\u0f73\u0f71\u0f74", "\u2260", "a\u2260b", "\u1fef", "\u037e",
    "\u0387", "\u2329x\u232a", "\u226e\u0301",
    # marks that stay, in and out of canonical order, with marks that are dropped between them
    "a\u302e\u302fb", "a\u0301\u302e\u0323b", "a\u302e\u0301\u302fb\u0323", "\u302e", "x\u302e\u0345\u302fy",
    "a\u08d4\u0323b", "a\u0323\u1df6\u0301b", "\U0001e000\u0323\U0001e001\u0301x", "a\U0001e944\u0334b", "a\u1734\u0334b",
    "\U00011938", "\U00011938\u0334x", "a\U00016ff0\u0334b", "a\U00011438\u0334b", "a\U00011442\u0334\U00011446b",
    "\ud55c\uad6d\uc5b4", "\uac01", "\u1100\u1161\u11a8", "\uac00\u11a8", "\u304b\u3099", "\u304c", "\u3071", "\uff8a\uff9f",
    "\u4f60\u597d\uff0c\u4e16\u754c", "\u4e2d\u0301\u56fd", "a\u4e2db", "\uf900\ufa10", "\U0002f800", "\U0002b825x",
    "\U0002b820\U0002b91f\U0002b920", "\U00020000\U0002a6df\U0002a700", "\u9fff\u3400\u4dbf", "\u3007\u3005",
    "\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f44d\U0001f3fd!", "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\u0905\u0928\u0941\u091a\u094d\u091b\u0947\u0926", "\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22", "\u05e2\u05b4\u05d1\u05b0",
    "\u0627\u0644\u0639\u064e\u0631\u064e\u0628\u0650", "\u202eabc\u202c", "\ue000x\U000f0000", "\U0010ffff", "\u0378\uffff",
    "\ua7cb\ua7cc\ua7dc\u1c89", "\U00010d50\U00010d65", "\U00016ea0", "\u166d", "\u2e52x\u2e5d", "\u061dx",
    "don't can't \u2019tis", "a-b_c.d,e", "$^+<=>|~`", "3.14 1,000 2\u00b2", "x" * 99, "x" * 100, "x" * 101, "a" * 300,
    "\u00e9" * 100, "\u00e9" * 101, "e\u0301" * 100, "e\u0301" * 101, "ab " * 30, "\u0301" * 50 + "a", "a" + "\u0301" * 50,
    "unaffable", "unaffableness\u0301", "zzzzqqqq\u4e00", "qqqqqqqq\u20ac", "hello\U0001e95eworld",
]  # fmt: skip


def main(path, vocabulary):
    assert tokenizers.__version__ == "0.23.3", tokenizers.__version__
    tokenizer = BertWordPieceTokenizer(vocabulary, lowercase=True)
    with open(path) as file:
        texts = [bytes.fromhex(line.rstrip("\n").split("\t")[0]).decode() for line in file if line[0] != "#"]
    texts = list(dict.fromkeys(texts + AWKWARD))
    with open(path, "w") as file:
        file.write("# BertWordPieceTokenizer(lowercase=True) of tokenizers 0.23.3, see bert_uncased.py\n")
        for text in texts:
            result = tokenizer.encode(text, add_special_tokens=False)
            ids = " ".join(map(str, result.ids))
            offsets = " ".join(f"{begin}-{end}" for begin, end in result.offsets)
            file.write(f"{text.encode().hex()}\t{ids}\t{offsets}\n")


main(*sys.argv[1:])
