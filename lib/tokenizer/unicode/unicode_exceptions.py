#!/usr/bin/env python3
"""Makes unicode_exceptions.h: where components of tokenizers 0.23.3 see Unicode otherwise than utf8proc 2.8 does.

Run with tokenizers 0.23.3 and libutf8proc 2.8 (Unicode 15.0):  unicode_exceptions.py > unicode_exceptions.h
Each component is asked for every code point; what it does is compared with the category that utf8proc gives. Which code
points join the one before is asked of a sentencepiece table (sentencepiece 0.2) that replaces "a". Building and testing
never need this script.
"""
import ctypes
import os
import tempfile

import sentencepiece
import tokenizers
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Regex, normalizers, pre_tokenizers

assert tokenizers.__version__ == "0.23.3", tokenizers.__version__
utf8proc = ctypes.CDLL("libutf8proc.so.2")
utf8proc.utf8proc_category_string.restype = ctypes.c_char_p
utf8proc.utf8proc_version.restype = ctypes.c_char_p
assert utf8proc.utf8proc_version().decode() == "2.8.0"

COMPAT, DECOMPOSE = 1 << 2, 1 << 4
POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
CATEGORY = [utf8proc.utf8proc_category_string(c).decode() for c in range(0x110000)]
CATEGORIES = sorted(set(CATEGORY) - {"Cn", "Cs"})


def ranges(points):
    found = []
    for c in sorted(points):
        if found and found[-1][1] == c - 1:
            found[-1][1] = c
        else:
            found.append([c, c])
    return found


def table(name, comment, points):
    if not points:
        return
    print(f"\n// {comment}\nconstexpr Range {name}[] = {{")
    print(", ".join(f"{{0x{a:X}, 0x{b:X}}}" for a, b in ranges(points)) + "};")


def differences(name, comment, theirs, ours):
    table(f"also_{name}", f"{comment} there, not in utf8proc.", [c for c in POINTS if theirs(c) and not ours(c)])
    table(f"no_{name}", f"{comment} in utf8proc, not there.", [c for c in POINTS if ours(c) and not theirs(c)])


def compatible(c):
    room = (ctypes.c_int32 * 64)()
    count = utf8proc.utf8proc_decompose_char(c, room, 64, COMPAT | DECOMPOSE, ctypes.byref(ctypes.c_int()))
    return "".join(map(chr, room[:count])) if count > 0 else chr(c)


def is_word(c):
    # Alphabetic, marks, decimal digits, connectors, joiners: circled letters are what categories do not tell.
    circled = ((0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189), (0x200C, 0x200D))
    return CATEGORY[c][0] in "LM" or CATEGORY[c] in ("Nd", "Nl", "Pc") or any(a <= c <= b for a, b in circled)


def pieces(pre_tokenizer, c):
    return len(pre_tokenizer.pre_tokenize_str("a" + chr(c) + "a"))


print("// Made by unicode_exceptions.py: tokenizers 0.23.3 against utf8proc 2.8.0. Ranges in ascending order.")
print("#pragma once\n\nnamespace mha::unicode {\n\nstruct Range {\n  char32_t first, last;\n};")
strip = normalizers.StripAccents()
differences("marks", "StripAccents: mark", lambda c: strip.normalize_str(chr(c)) == "", lambda c: CATEGORY[c][0] == "M")
white = pre_tokenizers.WhitespaceSplit()
words = pre_tokenizers.Whitespace()
differences("words", "Whitespace: word",
            lambda c: pieces(white, c) == 1 and pieces(words, c) == 1, is_word)  # fmt: skip
digits = pre_tokenizers.Digits(individual_digits=True)
differences("numbers", "Digits: number", lambda c: pieces(digits, c) == 3, lambda c: CATEGORY[c][0] == "N")
nfkd = normalizers.NFKD()
younger = [c for c in POINTS if nfkd.normalize_str(chr(c)) != compatible(c)]
assert all(nfkd.normalize_str(chr(c)) == chr(c) for c in younger)
table("not_compatible", "Compatibility decompositions younger than Unicode 9.", younger)



def table_that_replaces_a():
    with tempfile.TemporaryDirectory() as folder:
        rules, prefix = os.path.join(folder, "rules"), os.path.join(folder, "m")
        open(rules, "w").write("61\t62 63\n")
        sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(["a b c d e f g"] * 50), model_prefix=prefix, vocab_size=12,
                                                 normalization_rule_tsv=rules, hard_vocab_limit=False, minloglevel=2)  # fmt: skip
        model = sentencepiece_model_pb2.ModelProto.FromString(open(prefix + ".model", "rb").read())
    return normalizers.Precompiled(model.normalizer_spec.precompiled_charsmap)


def joins(c):
    state = ctypes.c_int32(0)
    return c > 0 and not utf8proc.utf8proc_grapheme_break_stateful(ord("a"), c, ctypes.byref(state))


replacing = table_that_replaces_a()
differences("joins", "Precompiled: joins the cluster before it",
            lambda c: c > 0 and replacing.normalize_str("a" + chr(c)) == "bc", joins)  # fmt: skip

print("\n/// Code points that have another category in the regular expressions there (Unicode 16).")
print("struct Recategorised {\n  char32_t first, last;\n  char category[3];\n};\nconstexpr Recategorised recategorised[] = {")
text = "".join(map(chr, POINTS))
moved = []
for category in CATEGORIES:
    left = set(normalizers.Replace(Regex(r"\p{%s}" % category), "").normalize_str(text))
    moved += [(a, b, category) for a, b in ranges(c for c in POINTS if chr(c) not in left and CATEGORY[c] != category)]
print(", ".join(f'{{0x{a:X}, 0x{b:X}, "{k}"}}' for a, b, k in sorted(moved)) + "};")
print("\n}  // namespace mha::unicode")
